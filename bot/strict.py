"""What is configured: an unknown key is a typing error, and nothing changes once it is read."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
