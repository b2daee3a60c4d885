"""With the real models: what is on the list, or said elsewhere, is found where no model would find it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models.anonymisation.find import find_entities
from models.anonymisation.known import KnownEntity
from models.anonymisation.mentions import Label
from models.config import ModelsConfig
from models.host import ModelHost
from service.identities.known import known_in
from service.identities.listing import add_to_list
from service.pipeline.stages import models_config
from service.settings import Settings
from tests.service.conftest import make_transcript

from .conftest import add_interview, say

pytestmark = pytest.mark.models

TEXT = "we went to the old place near Qvernholt with Tiril and it was raining all day"


@pytest.fixture(scope="module")
def host() -> ModelHost:
    config: ModelsConfig = models_config(Settings())
    return ModelHost(config)


def test_the_list_and_names_said_elsewhere_are_found(database: sa.Engine, host: ModelHost) -> None:
    transcript = make_transcript(("S1", TEXT))
    with database.begin() as connection:
        add_interview(connection, "a", "D03-C1")
        say(connection, "b", "D03-C2", "Tiril came", ("Tiril", Label.NAME))
        add_to_list(connection, [KnownEntity(("qvernholt",), Label.PLACE)], "steward")
        known = known_in(connection, "a").entities
    assert {one.form for one in known} == {("qvernholt",), ("tiril",)}
    found = {one.identity: one.label for one in host.find_entities(transcript, known).redactions}
    assert found[("qvernholt",)] == Label.PLACE
    assert found[("tiril",)] == Label.NAME
    without = find_entities(transcript, ())
    assert ("qvernholt",) not in {one.identity for one in without.redactions}
