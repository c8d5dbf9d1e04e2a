#include "core/watch/rule_codes.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

/* ISO 3166-1 alpha-3 (from the iso-codes package) and XKX, each with its UN M49 sub-region and region; M49 does not list
 * TWN and XKX, which stand with their neighbours. In the order of the codes. */
static const struct {
    char code[4];
    const char *subregion, *region;
} states[] = {
    {"ABW", "caribbean", "americas"},
    {"AFG", "southern_asia", "asia"},
    {"AGO", "middle_africa", "africa"},
    {"AIA", "caribbean", "americas"},
    {"ALA", "northern_europe", "europe"},
    {"ALB", "southern_europe", "europe"},
    {"AND", "southern_europe", "europe"},
    {"ARE", "western_asia", "asia"},
    {"ARG", "south_america", "americas"},
    {"ARM", "western_asia", "asia"},
    {"ASM", "polynesia", "oceania"},
    {"ATA", "antarctica", "antarctica"},
    {"ATF", "eastern_africa", "africa"},
    {"ATG", "caribbean", "americas"},
    {"AUS", "australia_new_zealand", "oceania"},
    {"AUT", "western_europe", "europe"},
    {"AZE", "western_asia", "asia"},
    {"BDI", "eastern_africa", "africa"},
    {"BEL", "western_europe", "europe"},
    {"BEN", "western_africa", "africa"},
    {"BES", "caribbean", "americas"},
    {"BFA", "western_africa", "africa"},
    {"BGD", "southern_asia", "asia"},
    {"BGR", "eastern_europe", "europe"},
    {"BHR", "western_asia", "asia"},
    {"BHS", "caribbean", "americas"},
    {"BIH", "southern_europe", "europe"},
    {"BLM", "caribbean", "americas"},
    {"BLR", "eastern_europe", "europe"},
    {"BLZ", "central_america", "americas"},
    {"BMU", "northern_america", "americas"},
    {"BOL", "south_america", "americas"},
    {"BRA", "south_america", "americas"},
    {"BRB", "caribbean", "americas"},
    {"BRN", "south_eastern_asia", "asia"},
    {"BTN", "southern_asia", "asia"},
    {"BVT", "south_america", "americas"},
    {"BWA", "southern_africa", "africa"},
    {"CAF", "middle_africa", "africa"},
    {"CAN", "northern_america", "americas"},
    {"CCK", "australia_new_zealand", "oceania"},
    {"CHE", "western_europe", "europe"},
    {"CHL", "south_america", "americas"},
    {"CHN", "eastern_asia", "asia"},
    {"CIV", "western_africa", "africa"},
    {"CMR", "middle_africa", "africa"},
    {"COD", "middle_africa", "africa"},
    {"COG", "middle_africa", "africa"},
    {"COK", "polynesia", "oceania"},
    {"COL", "south_america", "americas"},
    {"COM", "eastern_africa", "africa"},
    {"CPV", "western_africa", "africa"},
    {"CRI", "central_america", "americas"},
    {"CUB", "caribbean", "americas"},
    {"CUW", "caribbean", "americas"},
    {"CXR", "australia_new_zealand", "oceania"},
    {"CYM", "caribbean", "americas"},
    {"CYP", "western_asia", "asia"},
    {"CZE", "eastern_europe", "europe"},
    {"DEU", "western_europe", "europe"},
    {"DJI", "eastern_africa", "africa"},
    {"DMA", "caribbean", "americas"},
    {"DNK", "northern_europe", "europe"},
    {"DOM", "caribbean", "americas"},
    {"DZA", "northern_africa", "africa"},
    {"ECU", "south_america", "americas"},
    {"EGY", "northern_africa", "africa"},
    {"ERI", "eastern_africa", "africa"},
    {"ESH", "northern_africa", "africa"},
    {"ESP", "southern_europe", "europe"},
    {"EST", "northern_europe", "europe"},
    {"ETH", "eastern_africa", "africa"},
    {"FIN", "northern_europe", "europe"},
    {"FJI", "melanesia", "oceania"},
    {"FLK", "south_america", "americas"},
    {"FRA", "western_europe", "europe"},
    {"FRO", "northern_europe", "europe"},
    {"FSM", "micronesia", "oceania"},
    {"GAB", "middle_africa", "africa"},
    {"GBR", "northern_europe", "europe"},
    {"GEO", "western_asia", "asia"},
    {"GGY", "northern_europe", "europe"},
    {"GHA", "western_africa", "africa"},
    {"GIB", "southern_europe", "europe"},
    {"GIN", "western_africa", "africa"},
    {"GLP", "caribbean", "americas"},
    {"GMB", "western_africa", "africa"},
    {"GNB", "western_africa", "africa"},
    {"GNQ", "middle_africa", "africa"},
    {"GRC", "southern_europe", "europe"},
    {"GRD", "caribbean", "americas"},
    {"GRL", "northern_america", "americas"},
    {"GTM", "central_america", "americas"},
    {"GUF", "south_america", "americas"},
    {"GUM", "micronesia", "oceania"},
    {"GUY", "south_america", "americas"},
    {"HKG", "eastern_asia", "asia"},
    {"HMD", "australia_new_zealand", "oceania"},
    {"HND", "central_america", "americas"},
    {"HRV", "southern_europe", "europe"},
    {"HTI", "caribbean", "americas"},
    {"HUN", "eastern_europe", "europe"},
    {"IDN", "south_eastern_asia", "asia"},
    {"IMN", "northern_europe", "europe"},
    {"IND", "southern_asia", "asia"},
    {"IOT", "eastern_africa", "africa"},
    {"IRL", "northern_europe", "europe"},
    {"IRN", "southern_asia", "asia"},
    {"IRQ", "western_asia", "asia"},
    {"ISL", "northern_europe", "europe"},
    {"ISR", "western_asia", "asia"},
    {"ITA", "southern_europe", "europe"},
    {"JAM", "caribbean", "americas"},
    {"JEY", "northern_europe", "europe"},
    {"JOR", "western_asia", "asia"},
    {"JPN", "eastern_asia", "asia"},
    {"KAZ", "central_asia", "asia"},
    {"KEN", "eastern_africa", "africa"},
    {"KGZ", "central_asia", "asia"},
    {"KHM", "south_eastern_asia", "asia"},
    {"KIR", "micronesia", "oceania"},
    {"KNA", "caribbean", "americas"},
    {"KOR", "eastern_asia", "asia"},
    {"KWT", "western_asia", "asia"},
    {"LAO", "south_eastern_asia", "asia"},
    {"LBN", "western_asia", "asia"},
    {"LBR", "western_africa", "africa"},
    {"LBY", "northern_africa", "africa"},
    {"LCA", "caribbean", "americas"},
    {"LIE", "western_europe", "europe"},
    {"LKA", "southern_asia", "asia"},
    {"LSO", "southern_africa", "africa"},
    {"LTU", "northern_europe", "europe"},
    {"LUX", "western_europe", "europe"},
    {"LVA", "northern_europe", "europe"},
    {"MAC", "eastern_asia", "asia"},
    {"MAF", "caribbean", "americas"},
    {"MAR", "northern_africa", "africa"},
    {"MCO", "western_europe", "europe"},
    {"MDA", "eastern_europe", "europe"},
    {"MDG", "eastern_africa", "africa"},
    {"MDV", "southern_asia", "asia"},
    {"MEX", "central_america", "americas"},
    {"MHL", "micronesia", "oceania"},
    {"MKD", "southern_europe", "europe"},
    {"MLI", "western_africa", "africa"},
    {"MLT", "southern_europe", "europe"},
    {"MMR", "south_eastern_asia", "asia"},
    {"MNE", "southern_europe", "europe"},
    {"MNG", "eastern_asia", "asia"},
    {"MNP", "micronesia", "oceania"},
    {"MOZ", "eastern_africa", "africa"},
    {"MRT", "western_africa", "africa"},
    {"MSR", "caribbean", "americas"},
    {"MTQ", "caribbean", "americas"},
    {"MUS", "eastern_africa", "africa"},
    {"MWI", "eastern_africa", "africa"},
    {"MYS", "south_eastern_asia", "asia"},
    {"MYT", "eastern_africa", "africa"},
    {"NAM", "southern_africa", "africa"},
    {"NCL", "melanesia", "oceania"},
    {"NER", "western_africa", "africa"},
    {"NFK", "australia_new_zealand", "oceania"},
    {"NGA", "western_africa", "africa"},
    {"NIC", "central_america", "americas"},
    {"NIU", "polynesia", "oceania"},
    {"NLD", "western_europe", "europe"},
    {"NOR", "northern_europe", "europe"},
    {"NPL", "southern_asia", "asia"},
    {"NRU", "micronesia", "oceania"},
    {"NZL", "australia_new_zealand", "oceania"},
    {"OMN", "western_asia", "asia"},
    {"PAK", "southern_asia", "asia"},
    {"PAN", "central_america", "americas"},
    {"PCN", "polynesia", "oceania"},
    {"PER", "south_america", "americas"},
    {"PHL", "south_eastern_asia", "asia"},
    {"PLW", "micronesia", "oceania"},
    {"PNG", "melanesia", "oceania"},
    {"POL", "eastern_europe", "europe"},
    {"PRI", "caribbean", "americas"},
    {"PRK", "eastern_asia", "asia"},
    {"PRT", "southern_europe", "europe"},
    {"PRY", "south_america", "americas"},
    {"PSE", "western_asia", "asia"},
    {"PYF", "polynesia", "oceania"},
    {"QAT", "western_asia", "asia"},
    {"REU", "eastern_africa", "africa"},
    {"ROU", "eastern_europe", "europe"},
    {"RUS", "eastern_europe", "europe"},
    {"RWA", "eastern_africa", "africa"},
    {"SAU", "western_asia", "asia"},
    {"SDN", "northern_africa", "africa"},
    {"SEN", "western_africa", "africa"},
    {"SGP", "south_eastern_asia", "asia"},
    {"SGS", "south_america", "americas"},
    {"SHN", "western_africa", "africa"},
    {"SJM", "northern_europe", "europe"},
    {"SLB", "melanesia", "oceania"},
    {"SLE", "western_africa", "africa"},
    {"SLV", "central_america", "americas"},
    {"SMR", "southern_europe", "europe"},
    {"SOM", "eastern_africa", "africa"},
    {"SPM", "northern_america", "americas"},
    {"SRB", "southern_europe", "europe"},
    {"SSD", "eastern_africa", "africa"},
    {"STP", "middle_africa", "africa"},
    {"SUR", "south_america", "americas"},
    {"SVK", "eastern_europe", "europe"},
    {"SVN", "southern_europe", "europe"},
    {"SWE", "northern_europe", "europe"},
    {"SWZ", "southern_africa", "africa"},
    {"SXM", "caribbean", "americas"},
    {"SYC", "eastern_africa", "africa"},
    {"SYR", "western_asia", "asia"},
    {"TCA", "caribbean", "americas"},
    {"TCD", "middle_africa", "africa"},
    {"TGO", "western_africa", "africa"},
    {"THA", "south_eastern_asia", "asia"},
    {"TJK", "central_asia", "asia"},
    {"TKL", "polynesia", "oceania"},
    {"TKM", "central_asia", "asia"},
    {"TLS", "south_eastern_asia", "asia"},
    {"TON", "polynesia", "oceania"},
    {"TTO", "caribbean", "americas"},
    {"TUN", "northern_africa", "africa"},
    {"TUR", "western_asia", "asia"},
    {"TUV", "polynesia", "oceania"},
    {"TWN", "eastern_asia", "asia"},
    {"TZA", "eastern_africa", "africa"},
    {"UGA", "eastern_africa", "africa"},
    {"UKR", "eastern_europe", "europe"},
    {"UMI", "micronesia", "oceania"},
    {"URY", "south_america", "americas"},
    {"USA", "northern_america", "americas"},
    {"UZB", "central_asia", "asia"},
    {"VAT", "southern_europe", "europe"},
    {"VCT", "caribbean", "americas"},
    {"VEN", "south_america", "americas"},
    {"VGB", "caribbean", "americas"},
    {"VIR", "caribbean", "americas"},
    {"VNM", "south_eastern_asia", "asia"},
    {"VUT", "melanesia", "oceania"},
    {"WLF", "polynesia", "oceania"},
    {"WSM", "polynesia", "oceania"},
    {"XKX", "southern_europe", "europe"},
    {"YEM", "western_asia", "asia"},
    {"ZAF", "southern_africa", "africa"},
    {"ZMB", "eastern_africa", "africa"},
    {"ZWE", "eastern_africa", "africa"},
};

static const char *const regions[] = {
    "northern_africa", "eastern_africa", "middle_africa", "southern_africa", "western_africa", "caribbean",
    "central_america", "south_america", "northern_america", "central_asia", "eastern_asia", "south_eastern_asia",
    "southern_asia", "western_asia", "eastern_europe", "northern_europe", "southern_europe", "western_europe",
    "australia_new_zealand", "melanesia", "micronesia", "polynesia", "antarctica", "africa", "americas", "asia",
    "europe", "oceania",
    NULL};

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

enum { STATE_COUNT = sizeof states / sizeof *states, CURRENCY_COUNT = sizeof currencies / sizeof *currencies };

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

bool rule_code_is_region(const char *word)
{
    for (size_t i = 0; regions[i]; i++)
        if (strcmp(regions[i], word) == 0)
            return true;
    return false;
}

bool rule_code_in_region(const char *state, const char *region)
{
    int at = find_state(state);
    return at >= 0 && (strcmp(states[at].subregion, region) == 0 || strcmp(states[at].region, region) == 0);
}

const char *rule_code_state(size_t index)
{
    return index < STATE_COUNT ? states[index].code : NULL;
}

const char *const *rule_code_regions(void)
{
    return regions;
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
