/* Names in a sentence: designations in all their spellings, patterns, and names that are also something else. Each row
 * is a sentence and what must be found in it, "class id text" with what follows the id left out where any will do. */
#include "lib/coder/designation.h"
#include "lib/coder/match.h"
#include "lib/coder/sentence.h"
#include "tests/lib/coder/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

enum { FOUND_SIZE = 2000 };

/* The mentions of a text as "class/value/text; …", the value being the SIPRI class of equipment, else the id. */
static void list_mentions(const char *text, int32_t year, char found[FOUND_SIZE])
{
    struct part part = {.text = text, .size = strlen(text), .index = 1, .year = year};
    struct sentence *sentences = NULL;
    uint32_t count = 0, capacity = 0;
    size_t used = 0;
    assert_true(token_split(lexicon, text, part.size, arena, &part.list));
    part.words = arena_calloc(arena, part.list.count + 1, sizeof *part.words);
    assert_non_null(part.words);
    assert_true(sentence_split(lexicon, &part, arena, &sentences, &count, &capacity));
    found[0] = 0;
    for (uint32_t i = 0; i < count; i++) {
        assert_true(match_sentence(lexicon, &sentences[i], arena));
        for (uint32_t k = 0; k < sentences[i].mention_count; k++) {
            const struct mention *mention = &sentences[i].mentions[k];
            const char *sipri = mention->class == LEXICON_EQUIPMENT
                                    ? lexicon_entry_value(lexicon, mention->entry, "sipri")
                                    : lexicon_entry_id(lexicon, mention->entry);
            const struct token *first = &part.list.tokens[mention->first], *last = &part.list.tokens[mention->last];
            used += (size_t)snprintf(found + used, FOUND_SIZE - used, "%s/%s/%.*s; ",
                                     lexicon_class_name((enum lexicon_class)mention->class), sipri ? sipri : "",
                                     (int)(last->end - first->start), text + first->start);
            assert_true(used < FOUND_SIZE);
        }
    }
    arena_reset(arena);
}

static void expect_in(int32_t year, const char *text, const char *mention)
{
    char found[FOUND_SIZE];
    list_mentions(text, year, found);
    if (!strstr(found, mention))
        fail_msg("expected `%s` in `%s` of `%s`", mention, found, text);
}

static void expect(const char *text, const char *mention)
{
    expect_in(2024, text, mention);
}

static void expect_none(const char *text, const char *mention)
{
    char found[FOUND_SIZE];
    list_mentions(text, 2024, found);
    if (strstr(found, mention))
        fail_msg("did not expect `%s` in `%s` of `%s`", mention, found, text);
}

static void expect_equipment(const char *name, const char *class)
{
    char text[300], mention[200];
    snprintf(text, sizeof text, "The country ordered 12 %s for its army.", name);
    snprintf(mention, sizeof mention, "equipment/%s/%s; ", class, name);
    expect(text, mention);
}

static void hyphen_space_and_nothing_are_one(void **state)
{
    (void)state;
    static const char *const names[] = {"Su-30MKI", "Su 30MKI", "Su 30 MKI", "SU30MKI", "SU-30 MKI", NULL};
    for (size_t i = 0; names[i]; i++)
        expect_equipment(names[i], "aircraft");
    static const char *const guns[] = {"M-109", "M109", "M 109", "M109A5", "M-109A5", "M-109A5 155mm", NULL};
    for (size_t i = 0; guns[i]; i++)
        expect_equipment(guns[i], "artillery");
    static const char *const ships[] = {"Type 054A", "Type-054A", "Type054A", NULL};
    for (size_t i = 0; ships[i]; i++)
        expect_equipment(ships[i], "ship");
}

static void numerals_are_digits(void **state)
{
    (void)state;
    expect_equipment("Merkava Mk-4", "armoured");
    expect_equipment("Merkava Mk IV", "armoured");
    expect_equipment("Merkava Mark 4", "armoured");
    expect_equipment("MB.339", "aircraft");
    expect_equipment("Mk. 48", "missile");
}

static void patterns_match_in_the_first_word_and_the_most_specific_wins(void **state)
{
    (void)state;
    expect_equipment("F16s", "aircraft");
    expect_equipment("F-16C/D", "aircraft");
    expect_equipment("T-72B3", "armoured");
    expect_equipment("SA-342L", "aircraft");
    expect_equipment("SA-13", "air_defence");
    expect_equipment("MT-883", "engine");
    expect_equipment("MB-339CD", "aircraft");
    expect_equipment("AN/TPS-99", "sensor");
    expect_equipment("12V-183TE", "engine");
}

static void a_number_is_not_cut_in_two(void **state)
{
    (void)state;
    expect("The army ordered 12 T-7255 for its troops.", "equipment/unknown/T-7255; ");
    expect_none("The army sent 9 M-113 carriers.", "9 M");
    expect("The army sent 9 M-113 carriers.", "equipment/armoured/M-113; ");
    expect("Norway ordered 4 C-130J, 2 C-17 and tanks.", "equipment/aircraft/C-130J; equipment/aircraft/C-17; ");
}

static void a_slash_joins_two_designations_of_one_class(void **state)
{
    (void)state;
    expect("The army ordered 9M133 Kornet/AT-14 missiles.", "equipment/missile/9M133 Kornet/AT-14; ");
    expect("The army ordered Mi-8MT/Mi-17 helicopters.", "equipment/aircraft/Mi-8MT/Mi-17; ");
    expect("The army ordered 9M111 Fagot/AT-4 missiles.", "equipment/missile/9M111 Fagot/AT-4; ");
    expect("The army ordered 12 Kh-35E/SS-N-25 and spares.", "equipment/missile/Kh-35E/SS-N-25; ");
    expect("The navy ordered 36D6/Tin Shield radars.", "equipment/sensor/36D6/Tin Shield; ");
    expect("The army ordered F-16/AIM-120 packages.", "equipment/aircraft/F-16; equipment/missile/AIM-120; ");
    expect_equipment("AIM-120C AMRAAM", "missile");
    expect_equipment("C-130H-30 Hercules", "aircraft");
}

static void marks_and_versions_belong_to_the_name_before_them(void **state)
{
    (void)state;
    expect("The navy ordered 12 RBS-15 Mk-3 from Sweden.", "equipment/missile/RBS-15 Mk-3; ");
    expect("The navy ordered 12 RBS-15 Mark III from Sweden.", "equipment/missile/RBS-15 Mark III; ");
    expect("The air force ordered 12 F-16C Block-50/52 jets.", "equipment/aircraft/F-16C Block-50/52; ");
    expect("The navy ordered 12 Mk-48 Mod-6AT ADCAP from the firm.", "equipment/missile/Mk-48 Mod-6AT ADCAP; ");
    expect("The navy ordered 4 LM-2500+ turbines.", "equipment/engine/LM-2500+; ");
    expect("The navy ordered AN/SPY-1D(V) radars.", "equipment/sensor/AN/SPY-1D(V); ");
    expect("The navy ordered 40 Exocet-9 and spares.", "equipment/missile/Exocet-9; ");
    expect("The navy ordered 12 Spica-M from Sweden.", "equipment/ship/Spica-M; ");
    expect("The army ordered 12 M-270 MLRS from the firm.", "equipment/artillery/M-270 MLRS; ");
    expect("The navy ordered 9M111 Mk-46 torpedoes.", "equipment/missile/9M111; equipment/missile/Mk-46; ");
    expect_none("The army flew F-16-escorted sorties.", "/F-16-escorted");
}

static void a_nickname_belongs_to_the_designation_before_it(void **state)
{
    (void)state;
    expect("The navy ordered 12 AS-565S Panther for its ships.", "equipment/aircraft/AS-565S Panther; ");
    expect("The air force ordered 12 F-102A Delta Dagger from the firm.", "equipment/aircraft/F-102A Delta Dagger; ");
    expect("The air force ordered 12 F-16C Zorvan Kestrelmoor from the firm.",
           "equipment/aircraft/F-16C Zorvan Kestrelmoor; ");
    expect("The air force ordered 12 AGM-88 HARM from the firm.", "equipment/missile/AGM-88 HARM; ");
    expect("The air force ordered 12 AGM-84E SLAM from the firm.", "equipment/missile/AGM-84E SLAM; ");
    expect("The army ordered 12 9K331 Tor-M1 from the firm.", "equipment/air_defence/9K331 Tor-M1; ");
    expect("The army ordered 12 P-14/Tall King from the firm.", "equipment/sensor/P-14/Tall King; ");
    expect("The navy ordered 12 UGM-84 Sub-Harpoon from the firm.", "equipment/missile/UGM-84 Sub-Harpoon; ");
    expect("The air force ordered F-16 Sparrow missiles.",
           "equipment/aircraft/F-16; equipment/missile/Sparrow missiles; ");
    expect("Norway delivered 12 F-16C Monday and more on Friday.", "equipment/aircraft/F-16C; ");
    expect("Norway delivered 12 F-16C Kenya had ordered.", "equipment/aircraft/F-16C; ");
    expect("Norway Sends F-16C Jets", "equipment/aircraft/F-16C; ");
}

static void an_apostrophe_may_stand_in_a_designation(void **state)
{
    (void)state;
    expect("The navy ordered 12 Sa'ar-4.5 boats from Israel.", "equipment/ship/Sa'ar-4.5; ");
}

static void what_stands_in_a_list_with_equipment_is_equipment(void **state)
{
    (void)state;
    expect("Chile signed a contract with France for F-16C, Rafale and Mirage.",
           "equipment/aircraft/F-16C; equipment/aircraft/Rafale; equipment/aircraft/Mirage; ");
    expect_none("Chile signed a contract with France for cars, wine and Mirage.", "equipment/aircraft/Mirage");
    expect_none("Chile signed a contract with France for F-16C and Freedom.", "/Freedom");
}

static void what_one_party_hands_to_another_is_equipment_behind_an_article(void **state)
{
    (void)state;
    expect("France delivered the first Leclerc to Chile in May.", "equipment/armoured/Leclerc; ");
    expect("The Durance will be supplied to Chile by a French firm.", "equipment/ship/Durance; ");
    expect("Britain delivered the first Freedom to Chile in May.", "/Freedom; ");
    expect_none("Britain delivered the Freedom to Chile in May.", "/Freedom");
    expect_none("Britain sold Collins to Chile.", "/Collins");
    expect_none("Britain sold the Collins report to Chile.", "/Collins");
    expect_none("The Leclerc opened in May.", "/Leclerc");
    expect("The Saladin will be supplied to Chile by a French firm.", "equipment/armoured/Saladin; ");
    expect("Two Leclerc were sold.", "equipment/armoured/Leclerc; ");
    expect_none("Two Ford officials left.", "/Ford");
    expect_none("One Ford left.", "/Ford");
    expect("Chile ordered 12 R-550 Magic-1 from France.", "equipment/missile/R-550 Magic-1; ");
    expect("Chile ordered MiG-21 Mirage-2000 and spares.",
           "equipment/aircraft/MiG-21; equipment/aircraft/Mirage-2000; ");
}

static void ships_that_bear_the_name_of_a_town_or_a_word_can_be_counted(void **state)
{
    (void)state;
    expect("Chile ordered two Newport from Britain.", "equipment/ship/Newport; ");
    expect("Chile ordered 4 Brandenburg frigates from Germany.", "equipment/ship/Brandenburg; ");
    expect("Chile ordered 12 River from Britain.", "equipment/ship/River; ");
    expect_none("Chile delivered aid to 12 Doha residents from France.", "equipment/");
    expect_none("On May 12 Doha ordered rice from France.", "equipment/");
    expect_none("Chile sold tickets from 4 Newport streets.", "equipment/");
    expect_none("They counted 12 River in the story.", "equipment/");
}

static void names_of_equipment_have_a_plural(void **state)
{
    (void)state;
    expect("Berlin will send Gripens, tanks and troops.", "equipment/aircraft/Gripens; ");
    expect("Two T-72s and three K-9s were sent to the army.", "equipment/armoured/T-72s; equipment/artillery/K-9s; ");
}

static void words_and_codes_of_daily_life_are_no_equipment(void **state)
{
    (void)state;
    static const char *const texts[] = {"Police closed the M1 motorway near Leeds after a crash.",
                                        "She stayed at the Mirage in Las Vegas for a week.",
                                        "A 10-year plan for the hospital was approved.",
                                        "An 26-year-old man was hurt.",
                                        "The Typhoon made landfall on Tuesday and killed four people.",
                                        "The Patriots beat the Falcons 24-17 on Sunday.",
                                        "A leopard was seen in the park.",
                                        "The Hercules myth is told again in a new film.",
                                        "The paper is printed in A4 and A3.",
                                        "He has Type 2 diabetes.",
                                        "Leaders of the G-7 met in Hiroshima.",
                                        "The javelin final is on Friday, after the hammer.",
                                        "Vitamin B 12 is found in fish.",
                                        NULL};
    for (size_t i = 0; texts[i]; i++)
        expect_none(texts[i], "equipment/");
}

static void the_same_names_count_where_defence_is_spoken_of(void **state)
{
    (void)state;
    expect("The air force will get 12 Mirage and missiles.", "equipment/aircraft/Mirage; ");
    expect("Berlin cleared the delivery of Leopard tanks to the army.", "equipment/armoured/Leopard tanks; ");
    expect("The Patriot batteries and missiles arrived with troops.", "equipment/air_defence/Patriot batteries; ");
}

static void sums_and_games_are_no_equipment_or_exercise(void **state)
{
    (void)state;
    expect_none("The bill came to C-130 million.", "equipment/");
    expect("The air force bought a C-130 for 60 million.", "equipment/aircraft/C-130; ");
    expect_none("Red Flag laws were passed in Colorado.", "exercise/");
    expect_none("Team Spirit won the tournament.", "exercise/");
    expect("Fighters flew to Nevada for the Red Flag exercise.", "exercise/-/Red Flag; ");
}

static void an_office_holder_is_read_by_the_date(void **state)
{
    (void)state;
    expect_in(2006, "Javier Solana spoke in Brussels.", "leader/ORG:EU/Javier Solana; ");
    expect_in(1998, "Javier Solana spoke in Brussels.", "leader/ORG:NATO/Javier Solana; ");
    expect_in(2010, "Donald Tusk spoke in Brussels.", "leader/POL/Donald Tusk; ");
    expect_in(2017, "Donald Tusk spoke in Brussels.", "leader/ORG:EU/Donald Tusk; ");
    expect_in(2025, "Donald Tusk spoke in Brussels.", "leader/POL/Donald Tusk; ");
    expect_in(1989, "Eduard Shevardnadze flew to Bonn.", "leader/HIS:SUHH/Eduard Shevardnadze; ");
    expect_in(1999, "Eduard Shevardnadze flew to Bonn.", "leader/GEO/Eduard Shevardnadze; ");
}

static void compounds_name_every_state(void **state)
{
    (void)state;
    expect("The Sino-Russian drill began.", "prefix/CHN/Sino; demonym/RUS/Russian; ");
    expect("The Franco-German brigade left.", "prefix/FRA/Franco; demonym/DEU/German; ");
    expect("The Polish-Lithuanian-Ukrainian brigade left.",
           "demonym/POL/Polish; demonym/LTU/Lithuanian; demonym/UKR/Ukrainian; ");
    expect("The Georgia National Guard trained troops.", "force/USA/Georgia National Guard; ");
    expect("The Australian Defence Force sent troops.", "force/AUS/Australian Defence Force; ");
}

static void people_and_things_are_no_states(void **state)
{
    (void)state;
    expect_none("Michael Jordan met the army.", "state/JOR");
    expect_none("The Brazil nut is no nut.", "state/BRA");
    expect_none("A roast turkey was served.", "state/TUR");
}

static void marks_count_in_roman_numerals_of_one_letter_too(void **state)
{
    (void)state;
    expect("The navy bought 12 Shaldag Mk V boats.", "equipment/ship/Shaldag Mk V");
    expect("The navy bought 12 Shaldag Mk-5 boats.", "equipment/ship/Shaldag Mk-5");
    expect("The army sent 12 “Leopards” north.", "equipment/armoured/Leopards; ");
    expect("The army sent 12 \"UE-907\" north.", "equipment/unknown/UE-907; ");
}

static void offices_and_forces_stand_for_their_state(void **state)
{
    (void)state;
    expect("AFP chief Romeo Brawner met officers.", "force/PHL/AFP chief");
    expect("The minister told AFP on Tuesday.", "media/");
    expect("Palazzo Chigi said so.", "seat/ITA/Palazzo Chigi");
    expect("The RDF sent troops.", "force/RWA/RDF");
    expect_in(2023, "Ibrahim Solih spoke in Male.", "leader/MDV/Ibrahim Solih");
    expect_in(2025, "Muizzu signed the agreement.", "leader/MDV/Muizzu");
    expect_in(1982, "Galtieri ordered the fleet to sea.", "leader/ARG/Galtieri");
    expect_in(2024, "Prabowo Subianto met the defence minister.", "leader/IDN/Prabowo Subianto");
}

static void a_designation_that_nobody_listed_is_still_equipment(void **state)
{
    (void)state;
    expect("The navy will get 12 UE-907B next year.", "equipment/unknown/UE-907B; ");
    expect("The army received twelve upgraded Zorvan-44 in May.", "equipment/unknown/Zorvan-44; ");
    expect("Norway sold UE-907 missiles to Kenya.", "equipment/missile/UE-907; ");
    expect("Norway sold F-16C, UE-907 and spares.", "equipment/aircraft/F-16C; ");
    expect_none("The minister of defence met 12 G-20 leaders.", "equipment");
    expect_none("Army doctors treated 40 COVID-19 patients.", "equipment");
    expect_none("The army paid Rs75 for 12 A4 sheets.", "equipment");
    expect_none("The council closed 3 M-25 junctions.", "equipment");
}

static void a_bare_name_needs_more_than_a_word_of_defence_far_away(void **state)
{
    (void)state;
    expect_none("Foreign Minister Abdulla Shahid hosted the defence minister.", "equipment/missile");
    expect_none("Shadow minister Reeves asked about the army.", "equipment");
    expect_none("The shop sells the M1 tablet to the army.", "equipment");
    expect("Poland deploys German-supplied Patriots.", "/Patriots; ");
    expect("Shadow drones arrived for the army.", "equipment/aircraft/Shadow");
}

static void squeezed_forms_keep_letters_digits_and_wildcards(void **state)
{
    (void)state;
    char squeezed[DESIGNATION_MAX], first[TOKEN_WORD_MAX];
    assert_true(designation_squeeze("AN/TPS-#@", 9, squeezed, first));
    assert_string_equal(squeezed, "antps#@");
    assert_string_equal(first, "an");
    assert_true(designation_squeeze("Paveway III", 11, squeezed, first));
    assert_string_equal(squeezed, "paveway3");
    assert_true(designation_squeeze("F-16 Fighting Falcon", 20, squeezed, first));
    assert_string_equal(squeezed, "f16fightingfalcon");
    assert_false(designation_squeeze("Leopard", 7, squeezed, first));
    const char *long_name = "A name of 1 thing that is far too long to be a name of one";
    assert_false(designation_squeeze(long_name, strlen(long_name), squeezed, first));
}

/* Many designations were given twice: the noun tells which is meant, and a thing's parts bear its name. */
static void the_noun_behind_a_name_says_what_it_is(void **state)
{
    (void)state;
    expect("The navy ordered 12 P-37 radars for its army.", "equipment/sensor/P-37; ");
    expect("The army ordered 12 T-72 engines for its fleet.", "equipment/engine/T-72; ");
    expect("The army ordered 12 Cobra mortars for its troops.", "equipment/artillery/Cobra; ");
    expect("The army ordered 12 Patriot missiles for its troops.", "Patriot missiles; ");
    expect("The army ordered 12 HIMARS rocket launchers for its troops.", "equipment/artillery/HIMARS");
    /* a noun of many things does not */
    expect("The army sent 9 M-113 carriers.", "equipment/armoured/M-113; ");
}

static void a_name_without_a_number_that_nobody_listed_is_equipment(void **state)
{
    (void)state;
    expect("The navy ordered Kestrelmoor-class frigates.", "equipment/ship/Kestrelmoor-class; ");
    expect("The navy ordered two Olde Kestrelmoor-class frigates.", "equipment/ship/Olde Kestrelmoor-class; ");
    expect("The army ordered twelve Kestrelmoor howitzers.", "equipment/artillery/Kestrelmoor; ");
    expect("The army ordered 12 used Kestrelmoor howitzers.", "equipment/artillery/Kestrelmoor; ");
    expect_none("The army ordered Kestrelmoor howitzers.", "/Kestrelmoor; "); /* a place or a firm as well */
    expect_none("Army Orders 12 Kestrelmoor TANKS", "/Kestrelmoor; ");        /* all words have capitals */
    expect_none("The army ordered 12 British howitzers.", "equipment/artillery/British; ");
    expect_none("The army will train 12 Kestrelmoor officers.", "/Kestrelmoor; ");
}

/* Each beside a word of defence, which is what makes a code a designation. */
static void codes_of_daily_life_are_no_equipment(void **state)
{
    (void)state;
    static const char *const texts[] = {"The G-20 and G-7 leaders met the defence minister.",
                                        "Police closed the A-4 after 12 cars crashed, the army said.",
                                        "The families of MH-17 and MH-370 met the army.",
                                        "The army doctor praised vitamins B-12 and D-3.",
                                        "The K-9 unit of the army got 12 dogs.",
                                        "The ministry of defence looked into GPT-4 and the PS-5.",
                                        "The army guarded the U-21 final and the T-20 World Cup.",
                                        "The army watched 12 Volvo cars on the M-25 motorway and the E-40.",
                                        "Rosatom will build 2 VVER-1200 reactors, the army said.",
                                        NULL};
    for (size_t i = 0; texts[i]; i++)
        expect_none(texts[i], "equipment/");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_noun_behind_a_name_says_what_it_is),
        cmocka_unit_test(a_name_without_a_number_that_nobody_listed_is_equipment),
        cmocka_unit_test(codes_of_daily_life_are_no_equipment),

        cmocka_unit_test(hyphen_space_and_nothing_are_one),
        cmocka_unit_test(numerals_are_digits),
        cmocka_unit_test(patterns_match_in_the_first_word_and_the_most_specific_wins),
        cmocka_unit_test(a_number_is_not_cut_in_two),
        cmocka_unit_test(a_slash_joins_two_designations_of_one_class),
        cmocka_unit_test(marks_and_versions_belong_to_the_name_before_them),
        cmocka_unit_test(a_nickname_belongs_to_the_designation_before_it),
        cmocka_unit_test(an_apostrophe_may_stand_in_a_designation),
        cmocka_unit_test(what_stands_in_a_list_with_equipment_is_equipment),
        cmocka_unit_test(what_one_party_hands_to_another_is_equipment_behind_an_article),
        cmocka_unit_test(ships_that_bear_the_name_of_a_town_or_a_word_can_be_counted),
        cmocka_unit_test(names_of_equipment_have_a_plural),
        cmocka_unit_test(words_and_codes_of_daily_life_are_no_equipment),
        cmocka_unit_test(the_same_names_count_where_defence_is_spoken_of),
        cmocka_unit_test(sums_and_games_are_no_equipment_or_exercise),
        cmocka_unit_test(an_office_holder_is_read_by_the_date),
        cmocka_unit_test(compounds_name_every_state),
        cmocka_unit_test(people_and_things_are_no_states),
        cmocka_unit_test(marks_count_in_roman_numerals_of_one_letter_too),
        cmocka_unit_test(offices_and_forces_stand_for_their_state),
        cmocka_unit_test(a_designation_that_nobody_listed_is_still_equipment),
        cmocka_unit_test(a_bare_name_needs_more_than_a_word_of_defence_far_away),
        cmocka_unit_test(squeezed_forms_keep_letters_digits_and_wildcards),
    };
    return cmocka_run_group_tests(tests, open_lexicon, close_lexicon);
}
