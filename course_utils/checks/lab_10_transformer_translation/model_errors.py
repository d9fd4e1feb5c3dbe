"""What exceptions in exercise 10.2 usually mean."""

TUPLES = "The encoder gives two things, memory, _ = self.encoder(...), and the decoder three, x, _, _ = self.decoder(...)."
EXCEPTIONS = {
    "values to unpack": TUPLES,
    "Shapes of all inputs must match": TUPLES,
    "unexpected keyword argument": "By these names: self.encoder(x, mask=...) and self.decoder(x, memory, "
    "self_mask=..., memory_mask=...); each takes training=..., too.",
    "as positional arguments": "training goes by its name: training=training.",
    "of bool is not in the list": "ops.logical_and joins two masks; True and False have no sum.",
    "Layer.__init__() takes": "The class must keep its base: class TranslationTransformer(Transformer).",
    "ize-incompatible": "logits are x (B, T, D) times the transposed table (D, V): ops.transpose(...).",
    "ncompatible shapes": "padding_mask(ids) is (B, 1, 1, S), and causal_mask(length) (1, 1, T, T): the decoder's own "
    "mask is about T places, and the memory's about S.",
    "broadcastable": "padding_mask(ids) is (B, 1, 1, S), and causal_mask(length) (1, 1, T, T): the decoder's own mask "
    "is about T places, and the memory's about S.",
    "has no attribute": "The parts are self.source_embedding, self.target_embedding, self.dropout, self.encoder and "
    "self.decoder.",
    "weak reference": "call gives nothing back: is its return missing?",
    "is not in [0,": "Each language has ids of its own: self.source_embedding reads the source's.",
}
