"""The verbs that the editor adds, in the groups of the help: an entry point names this table."""

from cli.command import VerbTable

TABLE: VerbTable = {
    "Content": {
        "editor.cli.pack": {
            "check": "every problem of a pack, with file and line",
            "build": "write the built pack, byte for byte the same for the same input",
            "learn": "fit the text line to sms/examples.csv, and print what changed",
        },
        "editor.cli.why": {"why": "which rule or which words decided what a message is"},
        "editor.cli.sheet": {"sheet": "the resources of a pack as a spreadsheet (CSV), and back"},
        "editor.cli.hsds": {
            "hsds": "services in Open Referral's format: in as drafts, out as a feed",
        },
        "editor.cli.directory": {
            "directory": "the large directory of services that stands beside the pack",
        },
        "editor.cli.worklist": {
            "worklist": "what is due to be compared with its source, by whom, and how",
            "checked": "note that you compared an entry with its source; it takes two roles",
            "withdraw": "take a resource or a partner out of the pack's source, in one step",
        },
    },
    "Publishing": {
        "editor.cli.publish": {
            "publish": "the publisher's side: keys, releases, signatures (docs/publishing.md)",
            "recall": "publisher: withdraw a published entry everywhere",
        },
    },
}
