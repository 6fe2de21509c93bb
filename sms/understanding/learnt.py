"""A pack's model, which is unpacked when first needed and then kept only unpacked.

It is separate from the classifier, which a kiosk without a text line does not have to load.
"""

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sms.understanding.classifier import Model


class Learnt:
    """The model that the line learned for a pack, shared by all its Scripts. Thread-safe."""

    def __init__(self, packed: bytes) -> None:
        """``packed``: the packed model; empty for the model that ships with the program."""
        self.is_own = bool(packed)
        self._packed = packed
        self._model: Model | None = None
        self._one = threading.Lock()

    def model(self) -> "Model":
        """Return the model. Raises ModelError."""
        from sms.understanding import classifier  # noqa: PLC0415

        if not self.is_own:
            return classifier.shipped()
        with self._one:
            if self._model is None:
                self._model = classifier.unpack(self._packed)
                self._packed = b""
            return self._model
