"""What a risk is called: the clinical cut-offs, a versioned set."""

from typing import Final, Literal, get_args

Label = Literal["Normal", "Unsure", "Pneumonia"]
LABELS: Final[tuple[Label, ...]] = get_args(Label)

THRESHOLDS_VERSION: Final = "1.0.0"
"""Goes with every stored label; raise it when a cut-off below changes."""

PNEUMONIA_ABOVE: Final = 0.80
NORMAL_BELOW: Final = 0.60


def label_of(risk: float) -> Label:
    """Name a risk of 0..1: above 0.80 "Pneumonia", below 0.60 "Normal", else "Unsure".

    Raises:
        ValueError: `risk` is not a probability (NaN, below 0 or above 1).
    """
    if not 0.0 <= risk <= 1.0:
        raise ValueError(f"risk must be a probability between 0 and 1, got {risk}")
    if risk > PNEUMONIA_ABOVE:
        return "Pneumonia"
    if risk < NORMAL_BELOW:
        return "Normal"
    return "Unsure"
