"""The OpenAPI document tells how to log in and what errors look like."""

from __future__ import annotations

from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from accounts.urls import urlpatterns
from tests.accounts.doors import extra


@pytest.fixture
def document() -> Any:
    generator = SchemaGenerator(  # type: ignore[no-untyped-call]
        patterns=[*extra, *urlpatterns]
    )
    return generator.get_schema(public=True)  # type: ignore[no-untyped-call]


def test_the_document_is_valid(document: Any) -> None:
    validate_schema(document)  # type: ignore[no-untyped-call]


def test_both_doors_are_described(document: Any) -> None:
    schemes = document["components"]["securitySchemes"]
    assert schemes["tokenAuth"]["name"] == "Authorization"
    assert (schemes["cookieAuth"]["in"], schemes["cookieAuth"]["name"]) == (
        "cookie",
        "sessionid",
    )
    asked = document["paths"]["/api/v1/home/"]["get"]["security"]
    assert {"tokenAuth": []} in asked
    assert {"cookieAuth": []} in asked


def test_the_token_end_point_names_all_its_answers(document: Any) -> None:
    operation = document["paths"]["/api/v1/token/"]["post"]
    assert set(operation["responses"]) == {"200", "400", "401", "429", "503"}
    assert operation.get("security", []) in ([], [{}])
    assert list(operation["requestBody"]["content"]) == ["application/json"]


def test_an_error_has_a_code_a_sentence_and_maybe_fields(document: Any) -> None:
    error = document["components"]["schemas"]["Error"]
    assert set(error["properties"]) == {"code", "detail", "fields"}
    assert sorted(error["required"]) == ["code", "detail"]
