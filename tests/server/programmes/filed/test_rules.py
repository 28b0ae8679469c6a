"""Whether a file fits a clinic, and what it changes."""

import json
from pathlib import Path
from typing import Any

from server.programmes.catalogue import shipped_data
from server.programmes.filed.forms import Filed, read
from server.programmes.filed.rules import Change, Known, Sort, changes, strange
from tests.server.programmes.filed.test_forms import own


def filed(data: object) -> Filed:
    found = read(json.dumps(data).encode())
    assert isinstance(found, Filed), found
    return found


def told(data: object, **more: Any) -> dict[str, str]:
    names = {key: one["name"] for key, one in shipped_data().items()}
    known = {"shipped": shipped_data(), "names": names, "versions": {}, "measures": {"phq9", "gad7"}}
    known |= {"lists": {"seizure_threshold"}, "tool": lambda name: False} | more
    return {one.place: one.words for one in strange(filed(data), Known(**known))}


def test_a_copy_fits_as_it_is_taken_out() -> None:
    assert told(own()) == {}


def test_nobody_takes_it_for_one_of_ours_or_for_a_version_that_is_there() -> None:
    assert "comes with the program" in told(own(id="tms"))["id"]
    assert "no programme ‘ect’" in told(own(based_on="ect"))["based_on"]
    assert "takes for the other" in told(own(name=shipped_data()["tms"]["name"].upper()))["name"]
    assert "as it was" in told(own(), versions={"1": "another"})["version"]
    assert told(own(), versions={"1": filed(own()).digest}) == {}


def test_that_a_label_says_it_is_taken_from_us_word_for_word_alone() -> None:
    data = own("esketamine")
    assert [place for place in told(data) if place.endswith("label")] == []
    name = next(name for name, one in data["figures"].items() if one.get("label"))
    data["figures"][name]["value"] += 1
    assert "somebody of your clinic confirms it" in told(data)[f"figures.{name}.label"]
    data["figures"][name]["label"] = False
    assert f"figures.{name}.label" not in told(data)
    data["steps"][0]["label"] = True
    assert "word for word" in told(data)[f"steps.{data['steps'][0]['id']}.label"]
    assert told(own("esketamine", based_on=None)), "without a programme that it was made of nothing is"


def test_a_file_that_gives_up_who_answers_for_it_or_its_family_is_refused() -> None:
    data = own("ketamine-home")
    del data["family"], data["based_on"]
    data["footings"] = data["footings"][1:]
    data["gates"] = [gate | {"across": False} for gate in data["gates"] if gate["id"] != "led"]
    found = told(data)
    assert '"family": "ketamine"' in found["family"]
    assert "a person of the clinic answers" in found["footings"]


def test_what_a_clinic_does_not_have_is_named() -> None:
    data = own()
    next(step for step in data["steps"] if step["kind"] == "measure")["measure"] = "hamd"
    assert "no measure ‘hamd’" in str(told(data))
    assert "no list of medicines ‘seizure_threshold’" in str(told(own(), lists=()))
    assert "no tool" in str(told(own("cbt")))


def test_what_changes_is_said_by_the_words_of_the_file() -> None:
    before, after = own(), own(version="2")
    after["figures"]["acute"]["value"] = 20
    after["gates"].pop()
    after["steps"][0]["questions"][0]["text"] = "Anything new?"
    after["stop_rules"].append({"id": "tired", "words": "Look at it again"})
    found = changes(before, after)
    assert Change("", "", Sort.CHANGED, "version", "1", "2") in found
    what = before["figures"]["acute"]["what"]
    assert Change("figures", what, Sort.CHANGED, "value", str(before["figures"]["acute"]["value"]), "20") in found
    assert Change("gates", before["gates"][-1]["reason"], Sort.GONE) in found
    asked = before["steps"][0]["questions"][0]
    place = f"questions.{asked['id']}.text"
    name = before["steps"][0]["name"]
    assert Change("steps", name, Sort.CHANGED, place, asked["text"], "Anything new?") in found
    assert Change("stop_rules", "Look at it again", Sort.NEW) in found
    assert len(found) == 5
    assert changes(before, own()) == []


def test_an_order_that_changes_is_a_change() -> None:
    before, after = own(), own()
    after["phases"].reverse()
    assert [(one.place, one.now) for one in changes(before, after)] == [("order", "taper, acute")]
    before = own()
    after = own()
    after["steps"][0]["questions"][:2] = reversed(after["steps"][0]["questions"][:2])
    assert [one.place for one in changes(before, after)] == ["questions.order"]


def test_the_example_of_the_documentation_can_be_taken_and_says_what_it_changes() -> None:
    text = (Path(__file__).parents[4] / "docs" / "programmes.md").read_text(encoding="utf-8")
    example = json.loads(text.partition("An example: a clinic gives twenty")[2].split("```")[1].removeprefix("json"))
    data = own()
    figures = data["figures"] | example["figures"]
    phases = [*example["phases"], *data["phases"][1:]]
    data |= {**example, "figures": figures, "phases": phases}
    assert told(data) == {}
    found = {(one.name, one.place): (one.was, one.now) for one in changes(shipped_data()["tms"], data)}
    assert found["Sessions of the treatment phase", "value"] == ("30", "20")
    assert found["Treatment", "weeks"] == ("mon, tue, wed, thu, fri", "mon, wed, fri")
