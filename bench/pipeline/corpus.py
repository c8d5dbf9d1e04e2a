"""Invented news items in the shape of a real stream: 3 KB median body, one in ten holds a codable event."""
import random

PLACES = ["the harbour", "the valley", "the old town", "the northern district", "the coast", "the capital", "the plant"]
PEOPLE = ["officials", "residents", "the mayor", "analysts", "a spokeswoman", "the company", "teachers", "farmers",
          "the union", "doctors", "lawmakers", "the coach"]
VERBS = ["said", "warned", "announced", "denied", "promised", "told reporters", "argued", "noted", "complained"]
CLAUSES = ["prices had risen for the third month in a row", "the road would stay closed until further notice",
           "the match had been decided in the last minute", "rain was expected towards the end of the week",
           "the court would hear the appeal in spring", "schools had reopened after the storm",
           "the merger needed the approval of shareholders", "the bridge was safe for light traffic",
           "the film had drawn more viewers than planned", "wages in the sector lagged behind those elsewhere",
           "the harvest was the smallest in a decade", "a committee would look into the complaints",
           "the new line would carry forty trains a day", "the orchestra had found a new conductor",
           "police had stepped up patrols around the station", "the army was clearing snow from the passes",
           "the government had lost the vote on the budget", "the strike would go on over the holidays"]
STATES = ["Uzbekistan", "Poland", "Kenya", "Norway", "Brazil", "Japan", "Morocco", "Finland", "Vietnam", "Chile",
          "Kazakhstan", "Egypt", "India", "Canada", "Romania", "Indonesia"]
EVENTS = ["{a} and {b} began a joint exercise near {p} on Monday with {n} troops, the defence ministry said.",
          "{a} signed a contract to buy {n} armoured vehicles from {b} worth ${m} million.",
          "{a} handed {n} patrol boats to {b}, the defence ministry said on Tuesday.",
          "{a} suspended military cooperation with {b}, the government said.",
          "The defence ministers of {a} and {b} signed an agreement on military cooperation on Wednesday.",
          "Instructors from {a} finished training {n} soldiers from {b}."]


def sentence(random_):
    return f"{random_.choice(PEOPLE).capitalize()} in {random_.choice(PLACES)} {random_.choice(VERBS)} that " \
           f"{random_.choice(CLAUSES)}."


def item(number, random_):
    size = max(400, int(random_.lognormvariate(8.0, 0.45)))    # median e^8 = 2,981 bytes
    sentences, length = [], 0
    title = random_.choice(CLAUSES).capitalize()
    if number % 10 == 0:
        a, b = random_.sample(STATES, 2)
        event = random_.choice(EVENTS).format(a=a, b=b, p=random_.choice(PLACES), n=random_.randint(2, 90) * 10,
                                              m=random_.randint(10, 900))
        sentences.append(event)
        length = len(event)
    while length < size:
        sentences.append(sentence(random_))
        length += len(sentences[-1]) + 1
    paragraphs = ["\n".join([" ".join(sentences[at:at + 4])]) for at in range(0, len(sentences), 4)]
    return {"id": f"bench-{number}", "title": title, "body": "\n".join(paragraphs),
            "date": f"2026-{random_.randint(1, 12):02d}-{random_.randint(1, 28):02d}",
            "url": f"https://outlet{number % 37}.example/{number}"}


def items(count, seed=1):
    random_ = random.Random(seed)
    return [item(number, random_) for number in range(count)]
