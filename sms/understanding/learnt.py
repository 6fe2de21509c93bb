"""A pack's model, unpacked when first needed and then held in that form alone.

Apart from the classifier, which a kiosk alone need not load.
"""

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sms.understanding.classifier import Model


class Learnt:
    """What the line learnt for a pack, for every Script of it. Thread-safe."""

    def __init__(self, packed: bytes) -> None:
        """``packed``: empty for the model that ships with the program."""
        self.is_own = bool(packed)
        self._packed = packed
        self._model: Model | None = None
        self._one = threading.Lock()

    def model(self) -> "Model":
        """ModelError."""
        from sms.understanding import classifier  # noqa: PLC0415

        if not self.is_own:
            return classifier.shipped()
        with self._one:
            if self._model is None:
                self._model = classifier.unpack(self._packed)
                self._packed = b""
            return self._model
