"""What every part of the policy document is made of."""

from pydantic import BaseModel, ConfigDict


class Document(BaseModel):
    """Base of the document's parts: immutable, nothing unknown in it, no number that compares with none."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
