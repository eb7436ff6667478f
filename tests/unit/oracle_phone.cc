// libphonenumber behind a C face: what another library says of the same numbers.
#include <cstddef>
#include <set>
#include <string>
#include <vector>
#include <phonenumbers/phonenumberutil.h>
#include "oracle_phone.h"

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

static std::string said;

static const PhoneNumberUtil &util() { return *PhoneNumberUtil::GetInstance(); }

static const std::vector<std::string> &regions()
{
    static std::vector<std::string> all;
    if (all.empty()) {
        std::set<std::string> found;
        util().GetSupportedRegions(&found);
        all.assign(found.begin(), found.end());
    }
    return all;
}

static const char *formatted(const PhoneNumber &number, PhoneNumberUtil::PhoneNumberFormat how)
{
    util().Format(number, how, &said);
    return said.c_str();
}

static const char *of_e164(const char *e164, PhoneNumberUtil::PhoneNumberFormat how)
{
    PhoneNumber number;
    return util().Parse(e164, "ZZ", &number) == PhoneNumberUtil::NO_PARSING_ERROR ? formatted(number, how) : "";
}

extern "C" {
size_t      oracle_regions(void) { return regions().size(); }
const char *oracle_region(size_t i) { return regions()[i].c_str(); }

const char *oracle_example(const char *region, int kind)
{
    PhoneNumber number;
    return util().GetExampleNumberForType(region, static_cast<PhoneNumberUtil::PhoneNumberType>(kind), &number)
               ? formatted(number, PhoneNumberUtil::E164)
               : "";
}

const char *oracle_national(const char *e164) { return of_e164(e164, PhoneNumberUtil::NATIONAL); }
const char *oracle_international(const char *e164) { return of_e164(e164, PhoneNumberUtil::INTERNATIONAL); }

const char *oracle_e164(const char *raw, const char *region)
{
    PhoneNumber number;
    return util().Parse(raw, region, &number) == PhoneNumberUtil::NO_PARSING_ERROR && util().IsPossibleNumber(number)
               ? formatted(number, PhoneNumberUtil::E164)
               : "";
}
}
