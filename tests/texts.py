"""Texts that tokenizers are tried on: short ones to train on, and any text at all, the awkward ones often."""

from hypothesis import strategies as st

TRAINED_ON = (
    "The bear ate the honey because it was hungry.",
    "The bears ate the apples, and the bear's honey was delicious.",
    "She doesn't eat apples; they're eating bread -- well-known bread!",
    'He said: "I have 4.99 for an apple (a red one), at 10:30."',
    "A medve megette a mézet, mert éhes volt.",
    "A medvét láttam a házban; a házak nagyok.",
    "árvíztűrő tükörfúrógép",
)
AWKWARD = (
    *(
        "",
        " ",
        "  ",
        "\n",
        "\t",
        "\r\n",
        "\0",
        "\ufeff",
        "\u00a0",
        "\u2028",
        "▁",
        "<s>",
        "</s>",
        "<unk>",
        "##",
    ),
    *(
        "<0x41>",
        "e\u0301",
        "\u0301",
        "ﬁ",
        "İ",
        "ß",
        "ς",
        "中文",
        "한국어",
        "हिन्दी",
        "العربية",
        "👩‍👩‍👧",
        "🇭🇺",
        "👍🏽",
        "☃",
    ),
    *("\U0010ffff", "\ufffe", "½", "٣", "_", "'s", "n't", "’", "a" * 99, "a" * 101, "é" * 51, "xyz" * 300),
)
ANY_TEXT = st.lists(st.text(max_size=9) | st.sampled_from(AWKWARD + TRAINED_ON), max_size=5).map("".join)
