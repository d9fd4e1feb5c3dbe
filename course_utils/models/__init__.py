"""The course's reference models, from n-grams to transformers, and how they are trained and decoded."""
