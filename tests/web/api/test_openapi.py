"""openapi.json describes what is served, no more and no less. Each answer is held against it in conftest.Dms.check."""

import jsonschema
import pytest
from flask import Flask

from tests.web.api.conftest import DELIVERED, Dms
from web.api import BASE

# Told before a database is asked, so one of them is enough.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_it_is_open_to_whoever_builds_a_client(dms: Dms) -> None:
    answer = dms.client.get(f"{BASE}/openapi.json")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["openapi"] == "3.1.0"


def test_every_route_served_is_described_and_every_described_one_is_served(site: Flask, dms: Dms) -> None:
    served = {
        (rule.rule.replace("<", "{").replace(">", "}"), method.lower())
        for rule in site.url_map.iter_rules()
        if rule.rule.startswith(BASE) and rule.endpoint != "api.openapi"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {
        (path, method) for path, item in dms.openapi["paths"].items() for method in item if method != "parameters"
    }
    assert served == described


def test_every_reference_leads_somewhere(dms: Dms) -> None:
    names = set(dms.openapi["components"]["schemas"])
    wanted = {part.split('"')[0] for part in str(dms.openapi).replace("'", '"').split("#/components/schemas/")[1:]}
    assert wanted <= names
    for schema in dms.openapi["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", ["RepairOrderBody", "CustomerBody", "VehicleBody"])
def test_a_body_it_allows_is_one_we_take(dms: Dms, name: str) -> None:
    schema = {**dms.openapi["components"]["schemas"][name], "components": dms.openapi["components"]}
    bodies = {
        "RepairOrderBody": ("/repair-orders/1", DELIVERED),
        "CustomerBody": (
            "/customers/C-1",
            {"name": "李雷", "phone": "13900000001", "consent": {"survey": {"given": True}}},
        ),
        "VehicleBody": ("/vehicles/V-1", {"mileage": 9}),
    }
    path, body = bodies[name]
    jsonschema.Draft202012Validator(schema).validate(body)
    assert dms.put(path, body).status_code in (201, 422 if name == "VehicleBody" else 201)
