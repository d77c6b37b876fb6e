"""The raw archive: verified files, declared schemas, and the ledger of repairs."""
