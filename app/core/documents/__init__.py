"""From a file on disk to plain text: types, encodings, readers, the child process that runs them, and splitting."""
