"""The verbs that the editor adds to the porchlight command, a module for each group."""
