#include "core/watch/rule_codes.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* ISO 3166-1 alpha-3 (from the iso-codes package) and XKX, each with its UN M49 sub-region, region and number; M49 does not list
 * TWN and XKX, which stand with their neighbours. In the order of the codes. */
static const struct {
    char code[4];
    const char *subregion, *region;
    unsigned short number; /* M49; 0 for none */
} states[] = {
    {"ABW", "caribbean", "americas", 533},
    {"AFG", "southern_asia", "asia", 4},
    {"AGO", "middle_africa", "africa", 24},
    {"AIA", "caribbean", "americas", 660},
    {"ALA", "northern_europe", "europe", 248},
    {"ALB", "southern_europe", "europe", 8},
    {"AND", "southern_europe", "europe", 20},
    {"ARE", "western_asia", "asia", 784},
    {"ARG", "south_america", "americas", 32},
    {"ARM", "western_asia", "asia", 51},
    {"ASM", "polynesia", "oceania", 16},
    {"ATA", "antarctica", "antarctica", 10},
    {"ATF", "eastern_africa", "africa", 260},
    {"ATG", "caribbean", "americas", 28},
    {"AUS", "australia_new_zealand", "oceania", 36},
    {"AUT", "western_europe", "europe", 40},
    {"AZE", "western_asia", "asia", 31},
    {"BDI", "eastern_africa", "africa", 108},
    {"BEL", "western_europe", "europe", 56},
    {"BEN", "western_africa", "africa", 204},
    {"BES", "caribbean", "americas", 535},
    {"BFA", "western_africa", "africa", 854},
    {"BGD", "southern_asia", "asia", 50},
    {"BGR", "eastern_europe", "europe", 100},
    {"BHR", "western_asia", "asia", 48},
    {"BHS", "caribbean", "americas", 44},
    {"BIH", "southern_europe", "europe", 70},
    {"BLM", "caribbean", "americas", 652},
    {"BLR", "eastern_europe", "europe", 112},
    {"BLZ", "central_america", "americas", 84},
    {"BMU", "northern_america", "americas", 60},
    {"BOL", "south_america", "americas", 68},
    {"BRA", "south_america", "americas", 76},
    {"BRB", "caribbean", "americas", 52},
    {"BRN", "south_eastern_asia", "asia", 96},
    {"BTN", "southern_asia", "asia", 64},
    {"BVT", "south_america", "americas", 74},
    {"BWA", "southern_africa", "africa", 72},
    {"CAF", "middle_africa", "africa", 140},
    {"CAN", "northern_america", "americas", 124},
    {"CCK", "australia_new_zealand", "oceania", 166},
    {"CHE", "western_europe", "europe", 756},
    {"CHL", "south_america", "americas", 152},
    {"CHN", "eastern_asia", "asia", 156},
    {"CIV", "western_africa", "africa", 384},
    {"CMR", "middle_africa", "africa", 120},
    {"COD", "middle_africa", "africa", 180},
    {"COG", "middle_africa", "africa", 178},
    {"COK", "polynesia", "oceania", 184},
    {"COL", "south_america", "americas", 170},
    {"COM", "eastern_africa", "africa", 174},
    {"CPV", "western_africa", "africa", 132},
    {"CRI", "central_america", "americas", 188},
    {"CUB", "caribbean", "americas", 192},
    {"CUW", "caribbean", "americas", 531},
    {"CXR", "australia_new_zealand", "oceania", 162},
    {"CYM", "caribbean", "americas", 136},
    {"CYP", "western_asia", "asia", 196},
    {"CZE", "eastern_europe", "europe", 203},
    {"DEU", "western_europe", "europe", 276},
    {"DJI", "eastern_africa", "africa", 262},
    {"DMA", "caribbean", "americas", 212},
    {"DNK", "northern_europe", "europe", 208},
    {"DOM", "caribbean", "americas", 214},
    {"DZA", "northern_africa", "africa", 12},
    {"ECU", "south_america", "americas", 218},
    {"EGY", "northern_africa", "africa", 818},
    {"ERI", "eastern_africa", "africa", 232},
    {"ESH", "northern_africa", "africa", 732},
    {"ESP", "southern_europe", "europe", 724},
    {"EST", "northern_europe", "europe", 233},
    {"ETH", "eastern_africa", "africa", 231},
    {"FIN", "northern_europe", "europe", 246},
    {"FJI", "melanesia", "oceania", 242},
    {"FLK", "south_america", "americas", 238},
    {"FRA", "western_europe", "europe", 250},
    {"FRO", "northern_europe", "europe", 234},
    {"FSM", "micronesia", "oceania", 583},
    {"GAB", "middle_africa", "africa", 266},
    {"GBR", "northern_europe", "europe", 826},
    {"GEO", "western_asia", "asia", 268},
    {"GGY", "northern_europe", "europe", 831},
    {"GHA", "western_africa", "africa", 288},
    {"GIB", "southern_europe", "europe", 292},
    {"GIN", "western_africa", "africa", 324},
    {"GLP", "caribbean", "americas", 312},
    {"GMB", "western_africa", "africa", 270},
    {"GNB", "western_africa", "africa", 624},
    {"GNQ", "middle_africa", "africa", 226},
    {"GRC", "southern_europe", "europe", 300},
    {"GRD", "caribbean", "americas", 308},
    {"GRL", "northern_america", "americas", 304},
    {"GTM", "central_america", "americas", 320},
    {"GUF", "south_america", "americas", 254},
    {"GUM", "micronesia", "oceania", 316},
    {"GUY", "south_america", "americas", 328},
    {"HKG", "eastern_asia", "asia", 344},
    {"HMD", "australia_new_zealand", "oceania", 334},
    {"HND", "central_america", "americas", 340},
    {"HRV", "southern_europe", "europe", 191},
    {"HTI", "caribbean", "americas", 332},
    {"HUN", "eastern_europe", "europe", 348},
    {"IDN", "south_eastern_asia", "asia", 360},
    {"IMN", "northern_europe", "europe", 833},
    {"IND", "southern_asia", "asia", 356},
    {"IOT", "eastern_africa", "africa", 86},
    {"IRL", "northern_europe", "europe", 372},
    {"IRN", "southern_asia", "asia", 364},
    {"IRQ", "western_asia", "asia", 368},
    {"ISL", "northern_europe", "europe", 352},
    {"ISR", "western_asia", "asia", 376},
    {"ITA", "southern_europe", "europe", 380},
    {"JAM", "caribbean", "americas", 388},
    {"JEY", "northern_europe", "europe", 832},
    {"JOR", "western_asia", "asia", 400},
    {"JPN", "eastern_asia", "asia", 392},
    {"KAZ", "central_asia", "asia", 398},
    {"KEN", "eastern_africa", "africa", 404},
    {"KGZ", "central_asia", "asia", 417},
    {"KHM", "south_eastern_asia", "asia", 116},
    {"KIR", "micronesia", "oceania", 296},
    {"KNA", "caribbean", "americas", 659},
    {"KOR", "eastern_asia", "asia", 410},
    {"KWT", "western_asia", "asia", 414},
    {"LAO", "south_eastern_asia", "asia", 418},
    {"LBN", "western_asia", "asia", 422},
    {"LBR", "western_africa", "africa", 430},
    {"LBY", "northern_africa", "africa", 434},
    {"LCA", "caribbean", "americas", 662},
    {"LIE", "western_europe", "europe", 438},
    {"LKA", "southern_asia", "asia", 144},
    {"LSO", "southern_africa", "africa", 426},
    {"LTU", "northern_europe", "europe", 440},
    {"LUX", "western_europe", "europe", 442},
    {"LVA", "northern_europe", "europe", 428},
    {"MAC", "eastern_asia", "asia", 446},
    {"MAF", "caribbean", "americas", 663},
    {"MAR", "northern_africa", "africa", 504},
    {"MCO", "western_europe", "europe", 492},
    {"MDA", "eastern_europe", "europe", 498},
    {"MDG", "eastern_africa", "africa", 450},
    {"MDV", "southern_asia", "asia", 462},
    {"MEX", "central_america", "americas", 484},
    {"MHL", "micronesia", "oceania", 584},
    {"MKD", "southern_europe", "europe", 807},
    {"MLI", "western_africa", "africa", 466},
    {"MLT", "southern_europe", "europe", 470},
    {"MMR", "south_eastern_asia", "asia", 104},
    {"MNE", "southern_europe", "europe", 499},
    {"MNG", "eastern_asia", "asia", 496},
    {"MNP", "micronesia", "oceania", 580},
    {"MOZ", "eastern_africa", "africa", 508},
    {"MRT", "western_africa", "africa", 478},
    {"MSR", "caribbean", "americas", 500},
    {"MTQ", "caribbean", "americas", 474},
    {"MUS", "eastern_africa", "africa", 480},
    {"MWI", "eastern_africa", "africa", 454},
    {"MYS", "south_eastern_asia", "asia", 458},
    {"MYT", "eastern_africa", "africa", 175},
    {"NAM", "southern_africa", "africa", 516},
    {"NCL", "melanesia", "oceania", 540},
    {"NER", "western_africa", "africa", 562},
    {"NFK", "australia_new_zealand", "oceania", 574},
    {"NGA", "western_africa", "africa", 566},
    {"NIC", "central_america", "americas", 558},
    {"NIU", "polynesia", "oceania", 570},
    {"NLD", "western_europe", "europe", 528},
    {"NOR", "northern_europe", "europe", 578},
    {"NPL", "southern_asia", "asia", 524},
    {"NRU", "micronesia", "oceania", 520},
    {"NZL", "australia_new_zealand", "oceania", 554},
    {"OMN", "western_asia", "asia", 512},
    {"PAK", "southern_asia", "asia", 586},
    {"PAN", "central_america", "americas", 591},
    {"PCN", "polynesia", "oceania", 612},
    {"PER", "south_america", "americas", 604},
    {"PHL", "south_eastern_asia", "asia", 608},
    {"PLW", "micronesia", "oceania", 585},
    {"PNG", "melanesia", "oceania", 598},
    {"POL", "eastern_europe", "europe", 616},
    {"PRI", "caribbean", "americas", 630},
    {"PRK", "eastern_asia", "asia", 408},
    {"PRT", "southern_europe", "europe", 620},
    {"PRY", "south_america", "americas", 600},
    {"PSE", "western_asia", "asia", 275},
    {"PYF", "polynesia", "oceania", 258},
    {"QAT", "western_asia", "asia", 634},
    {"REU", "eastern_africa", "africa", 638},
    {"ROU", "eastern_europe", "europe", 642},
    {"RUS", "eastern_europe", "europe", 643},
    {"RWA", "eastern_africa", "africa", 646},
    {"SAU", "western_asia", "asia", 682},
    {"SDN", "northern_africa", "africa", 729},
    {"SEN", "western_africa", "africa", 686},
    {"SGP", "south_eastern_asia", "asia", 702},
    {"SGS", "south_america", "americas", 239},
    {"SHN", "western_africa", "africa", 654},
    {"SJM", "northern_europe", "europe", 744},
    {"SLB", "melanesia", "oceania", 90},
    {"SLE", "western_africa", "africa", 694},
    {"SLV", "central_america", "americas", 222},
    {"SMR", "southern_europe", "europe", 674},
    {"SOM", "eastern_africa", "africa", 706},
    {"SPM", "northern_america", "americas", 666},
    {"SRB", "southern_europe", "europe", 688},
    {"SSD", "eastern_africa", "africa", 728},
    {"STP", "middle_africa", "africa", 678},
    {"SUR", "south_america", "americas", 740},
    {"SVK", "eastern_europe", "europe", 703},
    {"SVN", "southern_europe", "europe", 705},
    {"SWE", "northern_europe", "europe", 752},
    {"SWZ", "southern_africa", "africa", 748},
    {"SXM", "caribbean", "americas", 534},
    {"SYC", "eastern_africa", "africa", 690},
    {"SYR", "western_asia", "asia", 760},
    {"TCA", "caribbean", "americas", 796},
    {"TCD", "middle_africa", "africa", 148},
    {"TGO", "western_africa", "africa", 768},
    {"THA", "south_eastern_asia", "asia", 764},
    {"TJK", "central_asia", "asia", 762},
    {"TKL", "polynesia", "oceania", 772},
    {"TKM", "central_asia", "asia", 795},
    {"TLS", "south_eastern_asia", "asia", 626},
    {"TON", "polynesia", "oceania", 776},
    {"TTO", "caribbean", "americas", 780},
    {"TUN", "northern_africa", "africa", 788},
    {"TUR", "western_asia", "asia", 792},
    {"TUV", "polynesia", "oceania", 798},
    {"TWN", "eastern_asia", "asia", 158},
    {"TZA", "eastern_africa", "africa", 834},
    {"UGA", "eastern_africa", "africa", 800},
    {"UKR", "eastern_europe", "europe", 804},
    {"UMI", "micronesia", "oceania", 581},
    {"URY", "south_america", "americas", 858},
    {"USA", "northern_america", "americas", 840},
    {"UZB", "central_asia", "asia", 860},
    {"VAT", "southern_europe", "europe", 336},
    {"VCT", "caribbean", "americas", 670},
    {"VEN", "south_america", "americas", 862},
    {"VGB", "caribbean", "americas", 92},
    {"VIR", "caribbean", "americas", 850},
    {"VNM", "south_eastern_asia", "asia", 704},
    {"VUT", "melanesia", "oceania", 548},
    {"WLF", "polynesia", "oceania", 876},
    {"WSM", "polynesia", "oceania", 882},
    {"XKX", "southern_europe", "europe", 0},
    {"YEM", "western_asia", "asia", 887},
    {"ZAF", "southern_africa", "africa", 710},
    {"ZMB", "eastern_africa", "africa", 894},
    {"ZWE", "eastern_africa", "africa", 716},
};

enum { REGION_PARTS_MAX = 6 };

/* UN M49. A region without parts is that of the states above; one with parts is theirs together. */
static const struct {
    const char *name;
    unsigned short number;
    const char *parts[REGION_PARTS_MAX];
} regions[] = {
    {"world", 1, {"africa", "americas", "asia", "europe", "oceania", "antarctica"}},
    {"africa", 2, {NULL}},
    {"northern_africa", 15, {NULL}},
    {"sub_saharan_africa", 202, {"eastern_africa", "middle_africa", "southern_africa", "western_africa"}},
    {"eastern_africa", 14, {NULL}},
    {"middle_africa", 17, {NULL}},
    {"southern_africa", 18, {NULL}},
    {"western_africa", 11, {NULL}},
    {"americas", 19, {NULL}},
    {"latin_america_and_the_caribbean", 419, {"caribbean", "central_america", "south_america"}},
    {"caribbean", 29, {NULL}},
    {"central_america", 13, {NULL}},
    {"south_america", 5, {NULL}},
    {"north_america", 3, {"northern_america", "caribbean", "central_america"}},
    {"northern_america", 21, {NULL}},
    {"antarctica", 10, {NULL}},
    {"asia", 142, {NULL}},
    {"central_asia", 143, {NULL}},
    {"eastern_asia", 30, {NULL}},
    {"south_eastern_asia", 35, {NULL}},
    {"southern_asia", 34, {NULL}},
    {"western_asia", 145, {NULL}},
    {"europe", 150, {NULL}},
    {"eastern_europe", 151, {NULL}},
    {"northern_europe", 154, {NULL}},
    {"southern_europe", 39, {NULL}},
    {"western_europe", 155, {NULL}},
    {"oceania", 9, {NULL}},
    {"australia_new_zealand", 53, {NULL}},
    {"melanesia", 54, {NULL}},
    {"micronesia", 57, {NULL}},
    {"polynesia", 61, {NULL}},
};

/* Ways in which people write them, folded; all others are the names above with spaces or hyphens. */
static const struct {
    const char *written, *name;
} region_spellings[] = {
    {"australia_and_new_zealand", "australia_new_zealand"},
    {"latin_america", "latin_america_and_the_caribbean"},
    {"southeast_asia", "south_eastern_asia"},
    {"south_east_asia", "south_eastern_asia"},
    {"southeastern_asia", "south_eastern_asia"},
    {"central_africa", "middle_africa"},
};

/* ISO 4217, from the iso-codes package. In the order of the codes. */
static const char currencies[][4] = {
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF",
    "BMD", "BND", "BOB", "BOV", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHE", "CHF", "CHW", "CLF",
    "CLP", "CNY", "COP", "COU", "CRC", "CUC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB",
    "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HRK", "HTG", "HUF",
    "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD",
    "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU",
    "MUR", "MVR", "MWK", "MXN", "MXV", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN",
    "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD",
    "SHP", "SLE", "SLL", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY",
    "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "USN", "UYI", "UYU", "UYW", "UZS", "VED", "VES", "VND", "VUV", "WST",
    "XAF", "XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XCD", "XDR", "XOF", "XPD", "XPF", "XPT", "XSU", "XTS", "XUA",
    "XXX", "YER", "ZAR", "ZMW", "ZWL",};

enum {
    STATE_COUNT = sizeof states / sizeof *states,
    CURRENCY_COUNT = sizeof currencies / sizeof *currencies,
    REGION_COUNT = sizeof regions / sizeof *regions,
    SPELLING_COUNT = sizeof region_spellings / sizeof *region_spellings,
    NAME_MAX = 40
};
_Static_assert((int)STATE_COUNT <= (int)RULE_CODE_STATES_MAX, "a set of states has a bit for each");

static const char *const prefixes[] = {"ORG:", "COM:", "NSA:", "DEF:", "HIS:", "GRP:", NULL};

static int find_state(const char *code)
{
    size_t low = 0, high = STATE_COUNT;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(states[middle].code, code);
        if (order == 0)
            return (int)middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

bool rule_code_is_state(const char *code)
{
    return find_state(code) >= 0;
}

bool rule_code_is_actor(const char *code)
{
    if (strcmp(code, "UNK") == 0 || rule_code_is_state(code))
        return true;
    for (size_t i = 0; prefixes[i]; i++) {
        size_t length = strlen(prefixes[i]);
        if (strncmp(code, prefixes[i], length) != 0 || !code[length])
            continue;
        for (code += length; *code; code++)
            if (!isalnum((unsigned char)*code) && *code != '_' && *code != '-' && (unsigned char)*code < 0x80)
                return false;
        return true;
    }
    return false;
}

int rule_code_state_index(const char *code)
{
    return code ? find_state(code) : -1;
}

/* "South-eastern Asia" and south_eastern_asia are one. */
static bool fold_name(const char *word, char folded[NAME_MAX])
{
    size_t size = 0;
    for (; *word; word++) {
        char byte = (char)tolower((unsigned char)*word);
        if (!isalnum((unsigned char)byte))
            byte = '_';
        if (byte == '_' && (size == 0 || folded[size - 1] == '_'))
            continue;
        if (size == NAME_MAX - 1)
            return false;
        folded[size++] = byte;
    }
    folded[size] = '\0';
    return size > 0;
}

static int find_region(const char *word)
{
    for (int i = 0; i < REGION_COUNT; i++)
        if (strcmp(regions[i].name, word) == 0)
            return i;
    return -1;
}

static bool is_number(const char *word)
{
    return strlen(word) == 3 && strspn(word, "0123456789") == 3;
}

const char *rule_code_region(const char *word)
{
    char folded[NAME_MAX];
    if (is_number(word)) {
        long number = strtol(word, NULL, 10);
        for (size_t i = 0; i < REGION_COUNT; i++)
            if (regions[i].number == number)
                return regions[i].name;
        return NULL;
    }
    if (!fold_name(word, folded))
        return NULL;
    for (size_t i = 0; i < SPELLING_COUNT; i++)
        if (strcmp(region_spellings[i].written, folded) == 0)
            return region_spellings[i].name;
    int at = find_region(folded);
    return at >= 0 ? regions[at].name : NULL;
}

const char *rule_code_state_by_number(const char *digits)
{
    if (!is_number(digits))
        return NULL;
    long number = strtol(digits, NULL, 10);
    for (size_t i = 0; number && i < STATE_COUNT; i++)
        if (states[i].number == number)
            return states[i].code;
    return NULL;
}

static bool state_is_in(size_t state, int region)
{
    const char *name = regions[region].name;
    if (strcmp(states[state].subregion, name) == 0 || strcmp(states[state].region, name) == 0)
        return true;
    for (size_t i = 0; i < REGION_PARTS_MAX && regions[region].parts[i]; i++)
        if (strcmp(states[state].subregion, regions[region].parts[i]) == 0 ||
            strcmp(states[state].region, regions[region].parts[i]) == 0)
            return true;
    return false;
}

bool rule_states_add_region(struct rule_states *set, const char *region)
{
    int at = find_region(region);
    for (size_t i = 0; at >= 0 && i < STATE_COUNT; i++)
        if (state_is_in(i, at))
            rule_states_add(set, (int)i);
    return at >= 0;
}

void rule_states_add(struct rule_states *set, int index)
{
    if (index >= 0)
        set->words[index / 64] |= 1ULL << (index % 64);
}

const char *rule_code_state(size_t index)
{
    return index < STATE_COUNT ? states[index].code : NULL;
}

const char *const *rule_code_regions(void)
{
    static const char *const names[] = {
        "world",
        "africa",
        "northern_africa",
        "sub_saharan_africa",
        "eastern_africa",
        "middle_africa",
        "southern_africa",
        "western_africa",
        "americas",
        "latin_america_and_the_caribbean",
        "caribbean",
        "central_america",
        "south_america",
        "north_america",
        "northern_america",
        "antarctica",
        "asia",
        "central_asia",
        "eastern_asia",
        "south_eastern_asia",
        "southern_asia",
        "western_asia",
        "europe",
        "eastern_europe",
        "northern_europe",
        "southern_europe",
        "western_europe",
        "oceania",
        "australia_new_zealand",
        "melanesia",
        "micronesia",
        "polynesia",
        NULL,
    };
    return names;
}

unsigned rule_code_region_number(const char *region)
{
    int at = find_region(region);
    return at >= 0 ? regions[at].number : 0;
}

bool rule_code_is_currency(const char *code)
{
    for (size_t i = 0; i < CURRENCY_COUNT; i++)
        if (strcmp(currencies[i], code) == 0)
            return true;
    return false;
}

const char *rule_code_currency(size_t index)
{
    return index < CURRENCY_COUNT ? currencies[index] : NULL;
}

const char *rule_code_subregion(const char *state)
{
    int at = find_state(state);
    return at >= 0 ? states[at].subregion : NULL;
}
