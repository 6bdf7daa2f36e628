// Every class of mistake, held against the whole text that a person reads.
#include <gtest/gtest.h>

#include "texts.hpp"

namespace secondwave {
namespace {

using testing::error_of;
using testing::good_text;
using testing::with;

struct Case {
  const char* name;
  const char* old_part;
  const char* new_part;
  const char* expected;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}

class ScenarioError : public ::testing::TestWithParam<Case> {};

TEST_P(ScenarioError, SaysWhereWhatAndWhatToDo) {
  const Case& c = GetParam();
  EXPECT_EQ(error_of(with(c.old_part, c.new_part)), c.expected);
}

const Case cases[] = {
    {"UnknownKey", "scan_rate_per_s = 6", "scan_rat_per_s = 6",
     "s.toml:14:1: worm.scan_rat_per_s is not a key\n  did you mean scan_rate_per_s?"},
    {"UnknownKeyLikeNoOther", "address_bits = 24", "zzz = 24",
     "s.toml:11:1: population.zzz is not a key\n  the keys of population are vulnerable, address_bits, placement, "
     "countries, class, clock"},
    {"UnknownTable", "[outbreak]", "[outbrake]",
     "s.toml:20:2: outbrake is not a key\n  did you mean outbreak?\n  1 more found; `secondwave scenario lint` shows "
     "all"},
    {"UnknownKeyOfQuantity", "vulnerable = 1000", "vulnerable = { value = 1000, sauce = \"x\" }",
     "s.toml:10:30: population.vulnerable.sauce is not a key\n  did you mean source?"},
    {"MissingKey", "vulnerable = 1000\n", "",
     "s.toml:9:1: population.vulnerable is missing\n  add vulnerable (hosts): Hosts that the worm can infect, at most "
     "one per address."},
    {"MissingTopKey", "title = \"A small one\"\n", "",
     "s.toml:1:1: title is missing\n  add title: One line for lists."},
    {"MissingRate", "scan_rate_per_s = 6\n", "",
     "s.toml:13:1: worm.scan_rate_per_s is missing\n  add the targets that a copy picks in a second"},
    {"MissingShape", "scan_rate_per_s = 6", "scan_rate_per_s = 6\nscan_rate_law = \"gamma\"",
     "s.toml:13:1: worm.scan_rate_shape is missing: scan_rate_law is gamma\n  add the shape of the gamma law, or sigma "
     "of the lognormal law"},
    {"OtherFormat", "format = 1", "format = 2", "s.toml:1:10: format must be 1, not 2"},
    {"WrongTypeOfNumber", "scan_rate_per_s = 6", "scan_rate_per_s = \"6\"",
     "s.toml:14:19: worm.scan_rate_per_s must be a number, not the string \"6\"\n  write it bare, or as { value = 8.6, "
     "source = \"...\" } or { value = 8.6, assumed = \"...\" }"},
    {"WrongTypeOfText", "title = \"A small one\"", "title = 3",
     "s.toml:3:9: title must be a string, not 3\n  put it between double quotes"},
    {"WrongTypeOfTable", "[outbreak]\ninitially_infected = 5", "[[outbreak]]\ninitially_infected = 5",
     "s.toml:20:1: outbreak must be a table, not an array"},
    {"WrongTypeOfList", "[[response]]", "[response]",
     "s.toml:23:1: response must be a list of tables, [[response]], not a table"},
    {"WrongTypeOfInteger", "address_bits = 24", "address_bits = 24.0",
     "s.toml:11:16: population.address_bits must be a whole number, not 24"},
    {"WrongChoice", "kind = \"patch\"", "kind = \"pach\"",
     "s.toml:25:8: response.0.kind must be one of \"patch\", \"clean\", \"reboot\", not \"pach\"\n  did you mean "
     "\"patch\"?"},
    {"Negative", "scan_rate_per_s = 6", "scan_rate_per_s = -6",
     "s.toml:14:19: worm.scan_rate_per_s (targets/s) must be from 1e-06 to 1000000, not -6"},
    {"NotANumber", "scan_rate_per_s = 6", "scan_rate_per_s = nan",
     "s.toml:14:19: worm.scan_rate_per_s is nan, which is not a finite number"},
    {"Infinite", "scan_rate_per_s = 6", "scan_rate_per_s = { value = -inf }",
     "s.toml:14:29: worm.scan_rate_per_s.value is -inf, which is not a finite number"},
    {"HalfAHost", "vulnerable = 1000", "vulnerable = 1000.5",
     "s.toml:10:14: population.vulnerable (hosts) must be a whole number, not 1000.5"},
    {"TwoLaws", "scan_rate_per_s = 6", "scan_rate_per_s = { value = 6, uniform = [5, 7] }",
     "s.toml:14:32: worm.scan_rate_per_s has both value and uniform\n  keep one of them"},
    {"SourceAndAssumed", "scan_rate_per_s = 6", "scan_rate_per_s = { value = 6, source = \"a\", assumed = \"b\" }",
     "s.toml:14:46: worm.scan_rate_per_s has both source and assumed\n  a number is either published or assumed; keep "
     "one of them"},
    {"NoLaw", "scan_rate_per_s = 6", "scan_rate_per_s = { source = \"a\" }",
     "s.toml:14:19: worm.scan_rate_per_s has no number\n  give one of value = number, uniform = [lowest, highest], "
     "normal = [mean, standard deviation], lognormal = [median, sigma]"},
    {"UniformOfThree", "scan_rate_per_s = 6", "scan_rate_per_s = { uniform = [1, 2, 3] }",
     "s.toml:14:31: worm.scan_rate_per_s.uniform must be an array of two numbers, [lowest, highest]"},
    {"UniformReversed", "scan_rate_per_s = 6", "scan_rate_per_s = { uniform = [3, 2] }",
     "s.toml:14:19: worm.scan_rate_per_s (targets/s) has a uniform law whose lowest value, 3, is not below its "
     "highest, "
     "2"},
    {"NormalTooWide", "scan_rate_per_s = 6", "scan_rate_per_s = 6\nsuccess_probability = { normal = [0.5, 3] }",
     "s.toml:15:23: worm.success_probability (probability) needs a standard deviation above 0 and at most the width of "
     "its range, 1, not 3"},
    {"LognormalTooWide", "scan_rate_per_s = 6", "scan_rate_per_s = { lognormal = [6, 50] }",
     "s.toml:14:19: worm.scan_rate_per_s (targets/s) needs a sigma above 0 and at most 5, not 50"},
    {"LognormalOfZero", "scan_rate_per_s = 6", "scan_rate_per_s = 6\nlatency_s = { lognormal = [0, 1] }",
     "s.toml:15:13: worm.latency_s (s) must be from 0 to 31622400 and above 0; the median is 0"},
    {"UncertainBin", "prefixes = [\"0.1.0.0/16\"]", "prefixes = [\"0.1.0.0/16\"]\nbin_s = { uniform = [60, 90] }",
     "s.toml:31:9: sensor.0.bin_s must be known, not drawn from a law"},
    {"EmptyString", "title = \"A small one\"", "title = \"\"",
     "s.toml:3:9: title is empty\n  write something, or leave the key out"},
    {"BadName", "name = \"dark\"", "name = \"da.rk\"",
     "s.toml:29:8: sensor.0.name \"da.rk\" cannot be a name\n  use letters, digits, - and _, a letter first, at most "
     "64 "
     "in all"},
    {"ControlCharacter", "title = \"A small one\"", "title = \"a\\u001B[31m\"",
     "s.toml:3:9: title holds control characters\n  it must be one line of plain text"},
    {"LocalDate", "start = 2001-07-19T10:00:00Z", "start = 2001-07-19T10:00:00",
     "s.toml:6:9: time.start has no time zone\n  write date, time and zone without quotes: 2001-07-19T10:00:00Z, or "
     "...+02:00"},
    {"BareDate", "start = 2001-07-19T10:00:00Z", "start = 2001-07-19",
     "s.toml:6:9: time.start has no time zone\n  write date, time and zone without quotes: 2001-07-19T10:00:00Z, or "
     "...+02:00"},
    {"QuotedDate", "start = 2001-07-19T10:00:00Z", "start = \"2001-07-19T10:00:00Z\"",
     "s.toml:6:9: time.start must be a date-time, not the string \"2001-07-19T10:00:00Z\"\n  write date, time and zone "
     "without quotes: 2001-07-19T10:00:00Z"},
    {"TooFineDate", "start = 2001-07-19T10:00:00Z", "start = 2001-07-19T10:00:00.1234567Z",
     "s.toml:6:9: time.start cannot be used: it is finer than a microsecond"},
    {"YearZero", "start = 2001-07-19T10:00:00Z", "start = 0000-07-19T10:00:00Z",
     "s.toml:6:9: time.start cannot be used: it does not exist"},
    {"EndBeforeStart", "end = 2001-07-20T00:00:00Z", "end = 2001-07-19T00:00:00Z",
     "s.toml:5:1: time.end 2001-07-19T00:00:00Z is not after time.start 2001-07-19T10:00:00Z"},
    {"NoEnd", "end = 2001-07-20T00:00:00Z", "",
     "s.toml:5:1: time.end is missing: there are sensors\n  only a scenario that does nothing but spread (uniform "
     "scanning, no latency, no responses, no sensors) may run without an end"},
    {"MoreHostsThanAddresses", "vulnerable = 1000", "vulnerable = 16777217",
     "s.toml:10:14: population.vulnerable must be from 1 to 16777216, not 16777217: there are only 16777216 addresses"},
    {"MoreHostsThanAnyMachineHolds", "vulnerable = 1000", "vulnerable = 4294967296",
     "s.toml:10:14: population.vulnerable (hosts) must be from 1 to 100000000, not 4294967296"},
    {"MoreHostsThanNetworksHold", "address_bits = 24",
     "address_bits = 24\n[population.placement]\nnetworks = 3\nnetwork_length = 16",
     "s.toml:10:14: population.vulnerable must be from 1 to 768, not 1000: 3 networks of length 16 hold no more"},
    {"MoreNetworksThanExist", "address_bits = 24",
     "address_bits = 24\n[population.placement]\nnetworks = 300\nnetwork_length = 8",
     "s.toml:12:1: population.placement.networks 300: there are only 256 networks of length 8"},
    {"NetworksLongerThanAddresses", "address_bits = 24",
     "address_bits = 24\n[population.placement]\nnetworks = 300\nnetwork_length = 30",
     "s.toml:12:1: population.placement.network_length 30 is longer than an address of 24 bits"},
    {"MoreSeedsThanHosts", "initially_infected = 5", "initially_infected = 1001",
     "s.toml:21:22: outbreak.initially_infected must be from 1 to 1000, not 1001: there are no more vulnerable hosts"},
    {"CountryWithoutTable", "address_bits = 24", "address_bits = 24\nplacement.method = \"country\"",
     "s.toml:12:1: population.placement.table is missing: the method is country\n  name a prefix-to-country table: "
     "\"plan\", \"tor-geoip\", or the path of a file"},
    {"NotACountry", "[worm]", "[population.countries]\nus = 40\n[worm]",
     "s.toml:14:1: population.countries.us is not the code of a country\n  use the two capital letters of ISO 3166, "
     "such as US"},
    {"MoreThanHundredPercent", "[worm]",
     "[population.placement]\nmethod = \"country\"\ntable = \"plan\"\n[population.countries]\nUS = 60\nKR = 50\n[worm]",
     "s.toml:17:6: population.countries add up to 110.0000 percent\n  they may not exceed 100"},
    {"DuplicateCountry", "[worm]", "[population.countries]\nUS = 40\nUS = 41\n[worm]",
     "s.toml:15:6: not valid TOML (key-value pair): cannot redefine existing integer 'US'\n  see "
     "https://toml.io/en/v1.0.0 for the syntax"},
    {"ZeroShares", "share = 1", "share = 0",
     "s.toml:18:9: the shares of worm.scope add up to 0\n  give at least one scope a share"},
    {"ZeroClassShares", "[worm]", "[[population.class]]\nname = \"a\"\nshare = 0\nscan_rate_per_s = 1\n[worm]",
     "s.toml:15:9: the shares of population.class add up to 0\n  give at least one class a share"},
    {"ScopeTwice", "share = 1", "share = 1\n[[worm.scope]]\nprefix_length = 0\nshare = 2",
     "s.toml:21:9: worm.scope: prefix_length 0 is given twice\n  put the two shares together"},
    {"ScopeTooLong", "prefix_length = 0", "prefix_length = 25",
     "s.toml:18:9: worm.scope: prefix_length 25 is longer than an address of 24 bits"},
    {"EmptyScopes", "[[worm.scope]]\nprefix_length = 0\nshare = 1", "scope = []",
     "s.toml:13:1: the shares of worm.scope add up to 0\n  give at least one scope a share"},
    {"CleanOfSusceptible", "kind = \"patch\"", "kind = \"clean\"\ntarget = \"all\"",
     "s.toml:23:1: response admins: clean and reboot act on infected hosts only\n  leave target out, or set it to "
     "infected"},
    {"UntilBeforeFrom", "rate_per_h = 0.1", "rate_per_h = 0.1\nuntil = 2001-07-19T09:00:00Z",
     "s.toml:23:1: response admins: until 2001-07-19T09:00:00Z is not after the start 2001-07-19T10:00:00Z"},
    {"SameSensorTwice", "[[response]]", "[[sensor]]\nname = \"dark\"\nprefixes = [\"0.2.0.0/16\"]\n[[response]]",
     "s.toml:32:8: sensor has two elements named dark\n  give each a name of its own"},
    {"PrefixesOverlap", "[\"0.1.0.0/16\"]", "[\"0.1.0.0/16\", \"0.1.7.0/24\"]",
     "s.toml:28:1: sensor dark: the prefixes 0.1.0.0/16 and 0.1.7.0/24 overlap\n  each address may be watched once"},
    {"PrefixOutside", "[\"0.1.0.0/16\"]", "[\"1.1.0.0/16\"]",
     "s.toml:28:1: sensor dark: 1.1.0.0/16 lies outside the address space of 24 bits"},
    {"NoPrefix", "[\"0.1.0.0/16\"]", "[]",
     "s.toml:30:12: sensor.0.prefixes must be an array of 1 to 10000 prefixes\n  for instance [\"198.18.0.0/16\"]"},
    {"ManyBinsAreFine", "prefixes = [\"0.1.0.0/16\"]", "prefixes = [\"0.1.0.0/16\"]\nbin_s = 1", ""},
    {"OutageReversed", "prefixes = [\"0.1.0.0/16\"]",
     "prefixes = [\"0.1.0.0/16\"]\n[[sensor.outage]]\nfrom = 2001-07-19T12:00:00Z\nuntil = 2001-07-19T11:00:00Z",
     "s.toml:28:1: sensor dark: outage 0 ends at 2001-07-19T11:00:00Z, not after its beginning"},
    {"OutagesOverlap", "prefixes = [\"0.1.0.0/16\"]",
     "prefixes = [\"0.1.0.0/16\"]\n[[sensor.outage]]\nfrom = 2001-07-19T12:00:00Z\nuntil = 2001-07-19T14:00:00Z\n"
     "[[sensor.outage]]\nfrom = 2001-07-19T13:00:00Z\nuntil = 2001-07-19T15:00:00Z",
     "s.toml:28:1: sensor dark: outage 1 begins before the one above it has ended\n  put them in order, and join those "
     "that overlap"},
    {"Inherits", "format = 1", "format = 1\ninherits = \"other\"",
     "s.toml:2:12: inherits \"other\": this text may not inherit from another scenario"},
};

INSTANTIATE_TEST_SUITE_P(Mistakes, ScenarioError, ::testing::ValuesIn(cases),
                         [](const ::testing::TestParamInfo<Case>& each) { return std::string(each.param.name); });

TEST(ScenarioErrors, GoodTextIsGood) {
  EXPECT_EQ(error_of(good_text), "");
}

TEST(ScenarioErrors, ADateThatDoesNotExist) {
  const std::string text = error_of(with("2001-07-19T10:00:00Z", "2001-02-30T10:00:00Z"));
  EXPECT_EQ(text.rfind("s.toml:6:", 0), 0U) << text;
  EXPECT_NE(text.find("day"), std::string::npos) << text;
  EXPECT_NE(error_of(with("2001-07-19T10:00:00Z", "2001-07-19T25:00:00Z")), "");
}

TEST(ScenarioErrors, APrefixThatDoesNotParseIsPlacedAtItsString) {
  const std::string text = error_of(with("\"0.1.0.0/16\"", "\"0.1.0.0/16\", \"0.3.0.7/16\""));
  EXPECT_EQ(text.rfind("s.toml:30:27: sensor.0.prefixes: ", 0), 0U) << text;
  EXPECT_NE(text.find("0.3.0.0/16"), std::string::npos) << text;
}

TEST(ScenarioErrors, BinsAreBounded) {
  const std::string years = with("end = 2001-07-20T00:00:00Z", "end = 2002-07-20T00:00:00Z",
                                 with("prefixes = [\"0.1.0.0/16\"]", "prefixes = [\"0.1.0.0/16\"]\nbin_s = 1"));
  EXPECT_EQ(error_of(years),
            "s.toml:31:9: sensor dark: more than 1000000 time bins in all\n  make bin_s larger, or the window shorter");
}

TEST(ScenarioErrors, SyntaxErrorsHaveLineAndColumn) {
  EXPECT_EQ(error_of("format = 1\nname = \"x\nb\""),
            "s.toml:2:10: not valid TOML (string): unescaped control characters other than TAB (U+0009) are explicitly "
            "prohibited\n  see https://toml.io/en/v1.0.0 for the "
            "syntax");
  EXPECT_NE(error_of("\xff\xfe"), "");
  EXPECT_NE(error_of(std::string("a\0b", 3)), "");
}

TEST(ScenarioErrors, AnEmptyTextMissesTheFirstKey) {
  EXPECT_EQ(error_of(""),
            "s.toml:1:1: format is missing\n  add format: Version of this format.\n  5 more found; `secondwave "
            "scenario lint` shows all");
}

TEST(ScenarioErrors, DeepTextsAreRefusedBeforeTheyAreBuilt) {
  EXPECT_EQ(error_of("a = " + std::string(500000, '[')),
            "s.toml:1: brackets are nested deeper than 16\n  no scenario needs this; is it the right file?");
  std::string dots = "a";
  for (int i = 0; i < 500000; ++i) dots += ".a";
  EXPECT_EQ(error_of("\n" + dots + " = 1"),
            "s.toml:2: a key has more parts than 32\n  no scenario needs this; is it the right file?");
  EXPECT_EQ(error_of("[" + dots + "]"),
            "s.toml:1: a key has more parts than 32\n  no scenario needs this; is it the right file?");
  std::string tables = "a = ";
  for (int i = 0; i < 100000; ++i) tables += "{b=";
  EXPECT_EQ(error_of(tables),
            "s.toml:1: brackets are nested deeper than 16\n  no scenario needs this; is it the right file?");
}

TEST(ScenarioErrors, BracketsWithinStringsAndCommentsAreNoNesting) {
  const std::string many(200, '[');
  EXPECT_EQ(error_of(with("\"A small one\"", "\"" + many + "\\\"" + many + "\" # " + many)), "");
  EXPECT_EQ(error_of(with("\"A small one\"", "'" + many + "....'")), "");
  const std::string prose = "summary = \"\"\"" + many + "\n\"\" \\\"\"\" " + many + "\"\"\"\"\ntitle";
  EXPECT_EQ(error_of(with("title", prose)), "");
}

TEST(ScenarioErrors, ALargeTextIsRefused) {
  EXPECT_EQ(error_of(std::string(1048577, '#')),
            "s.toml: the file is larger than 1048576 bytes\n  is it the right file?");
}

TEST(ScenarioErrors, AreBoundedAndInTheOrderOfTheText) {
  std::string text = good_text;
  for (int i = 0; i < 1000; ++i) text.append("zz").append(std::to_string(i)).append(" = 1\n");
  text = with("title = \"A small one\"", "title = 1", text);
  const std::vector<Error> errors = scenario_errors(text, "s.toml", {}, no_parents());
  EXPECT_EQ(errors.size(), 100U);
  for (std::size_t i = 1; i < errors.size(); ++i) EXPECT_LE(errors[i - 1].place.line, errors[i].place.line);
}

TEST(ScenarioErrors, AreDataErrors) {
  const auto spec = parse_scenario("", "s.toml", {}, no_parents());
  ASSERT_FALSE(spec);
  EXPECT_EQ(spec.error().kind, ErrorKind::data);
}

}  // namespace
}  // namespace secondwave
