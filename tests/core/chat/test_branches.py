"""Branches of a conversation, and documents in a question: what is put together comes apart again."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.core.chat.attachments import Attachment, apart, with_documents
from app.core.chat.branch import branch_to, newest_below, newest_branch, other_version
from app.core.chat.rows import MessageRow

ROW = MessageRow(1, 1, None, "user", "x", "done", None, None, None, None, None, None, None, None, 0.0)
WORDS = st.text(st.characters(exclude_characters="=\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", exclude_categories=["Cs"]))


@st.composite
def trees(draw: st.DrawFn) -> list[MessageRow]:
    """Messages, each with an older one as its parent, or none."""
    rows = [ROW]
    for number in range(2, draw(st.integers(2, 14))):
        parent = draw(st.one_of(st.none(), st.integers(1, number - 1)))
        rows.append(replace(ROW, id=number, parent_id=parent))
    return rows


@given(trees(), st.data())
def test_a_branch_runs_from_a_first_message_to_the_one_asked_for(rows: list[MessageRow], data: st.DataObject) -> None:
    wanted = data.draw(st.sampled_from(rows)).id
    branch = branch_to(rows, wanted)
    assert branch[-1].id == wanted
    assert branch[0].parent_id is None
    assert all(child.parent_id == parent.id for parent, child in pairwise(branch))
    assert all(1 <= row.version <= row.versions for row in branch)


@given(trees(), st.data())
def test_every_version_is_reached_by_steps_and_none_lies_beyond_the_ends(
    rows: list[MessageRow], data: st.DataObject
) -> None:
    one = branch_to(rows, data.draw(st.sampled_from(rows)).id)[-1]
    for version in range(1, one.versions + 1):
        reached = other_version(rows, one.id, version - one.version)
        assert branch_to(rows, reached)[-1].version == version
    assert other_version(rows, one.id, one.versions) == other_version(rows, one.id, one.versions + 5)
    assert one.id in {row.id for row in branch_to(rows, newest_below(rows, one.id))}


def test_without_a_choice_the_newest_message_is_shown() -> None:
    rows = [ROW, replace(ROW, id=2, parent_id=1), replace(ROW, id=3, parent_id=1)]
    assert [row.id for row in newest_branch(rows)] == [1, 3]
    assert branch_to(rows, 99) == newest_branch(rows)
    assert newest_branch([]) == []


@given(WORDS, st.lists(st.tuples(st.text("abc .", min_size=1).filter(str.strip), WORDS), min_size=1, max_size=3))
def test_documents_come_out_of_a_question_as_they_went_in(question: str, told: list[tuple[str, str]]) -> None:
    documents = [Attachment(" ".join(name.split()), text.strip()) for name, text in told]
    assert apart(with_documents(question, documents)) == (question.strip(), documents)
