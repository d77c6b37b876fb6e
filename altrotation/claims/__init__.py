"""Claims: cards written before their result, judged by fixed rules, locked."""
