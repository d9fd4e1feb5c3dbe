"""Where the course's text comes from: the embedded world, real corpora, tokenization and input pipelines."""
