"""Slices seen beside a 0 in the table: asked for where more was in sight, not for time alone."""

from __future__ import annotations

from types import MappingProxyType

import pytest
from pytestqt.qtbot import QtBot

from scoring.values import replace
from tests.builders.sessions import a_session_state
from workstation.reading.seen_slices import WHOLE, Glance, with_glances
from workstation.reading.state import SessionState
from workstation.ui.reader.form import site_model, site_table


def _with(state: SessionState, index: int) -> SessionState:
    code = state.case.visits[0].series[0].code
    seen = with_glances(state.view.seen, [Glance(code, index, WHOLE, 400, 400)])
    return replace(state, view=replace(state.view, seen=MappingProxyType(dict(seen))))


def test_a_key_asks_for_no_slices_where_the_same_ones_were_looked_at_longer(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(site_model, "seen_now", lambda _state, key: asked.append(key))
    table = site_table.SiteTable()
    qtbot.addWidget(table)
    state = _with(a_session_state("ERO CAP 1"), 0)
    table.render_state(state)

    table.render_state(longer := _with(state, 0))
    assert asked == []

    table.render_state(_with(longer, 1))
    assert asked
