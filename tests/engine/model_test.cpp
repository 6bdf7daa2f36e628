#include "engine/model.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "world.hpp"

namespace secondwave {
namespace {

using law::spec_of;
using law::World;
using testing::HasSubstr;

constexpr std::uint64_t seed = 719;

Model model_of(const ScenarioSpec& spec) {
  Result<Model> model = Model::make(spec, nullptr);
  EXPECT_TRUE(model.has_value()) << model.error().text();
  return std::move(*model);
}

TEST(Construction, HasAName) {
  for (const Construction each : {Construction::order, Construction::pressure, Construction::reference}) {
    EXPECT_EQ(construction_from(to_string(each)), each);
  }
  EXPECT_EQ(construction_from("exact"), std::nullopt);
  EXPECT_EQ(construction_from(""), std::nullopt);
}

TEST(Model, ChoosesTheFastestConstructionThatFits) {
  EXPECT_EQ(*model_of(spec_of({})).choose(std::nullopt), Construction::order);
  EXPECT_EQ(*model_of(spec_of({.scopes = {{0, 0.5}, {4, 0.5}}})).choose(std::nullopt), Construction::pressure);
  EXPECT_EQ(*model_of(spec_of({.scopes = {{4, 1}}})).choose(std::nullopt), Construction::pressure);
  EXPECT_EQ(*model_of(spec_of({.latency_s = 1})).choose(std::nullopt), Construction::pressure);
  World patched;
  patched.rules = {{.rate_per_s = 1}};
  EXPECT_EQ(*model_of(spec_of(patched)).choose(std::nullopt), Construction::pressure);
  EXPECT_EQ(*model_of(spec_of({})).choose(Construction::pressure), Construction::pressure);
  EXPECT_EQ(*model_of(spec_of({})).choose(Construction::reference), Construction::reference);
}

TEST(Model, RefusesAConstructionThatDoesNotFit) {
  for (const World& world : {World{.latency_s = 1}, World{.scopes = {{0, 0.5}, {4, 0.5}}}}) {
    const Result<Construction> chosen = model_of(spec_of(world)).choose(Construction::order);
    ASSERT_FALSE(chosen.has_value());
    EXPECT_EQ(chosen.error().kind, ErrorKind::usage);
    EXPECT_THAT(chosen.error().text(), HasSubstr("order"));
  }
  ScenarioSpec uncertain = spec_of({});
  uncertain.worm.latency_s = {.law = Quantity::Law::uniform, .a = 0, .b = 1};
  EXPECT_FALSE(model_of(uncertain).choose(Construction::order).has_value());
  for (const World& world : {World{.address_bits = 25}, World{.hosts = 1000, .rate_per_s = 1e6}}) {
    const Result<Construction> chosen = model_of(spec_of(world)).choose(Construction::reference);
    ASSERT_FALSE(chosen.has_value());
    EXPECT_EQ(chosen.error().kind, ErrorKind::usage);
    EXPECT_THAT(chosen.error().text(), HasSubstr("walks every probe"));
  }
}

TEST(Model, RefusesNumbersThatContradictEachOther) {
  const auto error_of = [](const World& world) {
    const Result<Model> model = Model::make(spec_of(world), nullptr);
    if (!model) return model.error();
    const Result<Parameters> parameters = model->draw_parameters(seed, 0);
    EXPECT_FALSE(parameters.has_value());
    return parameters ? Error{} : parameters.error();
  };
  const Error crowded = error_of({.hosts = 257, .address_bits = 8});
  EXPECT_EQ(crowded.kind, ErrorKind::data);
  EXPECT_THAT(crowded.text(), HasSubstr("257"));
  const Error seeds = error_of({.hosts = 20, .seeds = 21});
  EXPECT_EQ(seeds.kind, ErrorKind::data);
  EXPECT_THAT(seeds.text(), HasSubstr("initially_infected"));
}

TEST(Model, DrawsItsParameters) {
  World world{.hosts = 50, .seeds = 3, .success = 0.25, .latency_s = 7, .scopes = {{0, 0.25}, {4, 0.75}}, .end_s = 100};
  world.rules = {{ResponseRuleSpec::Kind::patch, ResponseRuleSpec::Target::all, 0.5, 10, 20},
                 {ResponseRuleSpec::Kind::clean, ResponseRuleSpec::Target::infected, 0.1}};
  world.sensors = {{.prefix = {512, 25}, .bin_s = 5, .packets_per_target = 2.5, .loss = 0.1, .outages = {{1, 2}}}};
  const Parameters drawn = *model_of(spec_of(world)).draw_parameters(seed, 4);
  EXPECT_EQ(drawn.hosts, 50u);
  EXPECT_EQ(drawn.initially_infected, 3u);
  EXPECT_EQ(drawn.success_probability, 0.25);
  EXPECT_EQ(drawn.latency_s, 7);
  EXPECT_EQ(drawn.end_s, 100);
  ASSERT_EQ(drawn.scopes.size(), 2u);
  EXPECT_EQ(drawn.scopes[1].prefix_length, 4);
  ASSERT_EQ(drawn.responses.size(), 2u);
  EXPECT_DOUBLE_EQ(drawn.responses[0].hazard.rate_per_s, 0.5);
  EXPECT_EQ(drawn.responses[0].hazard.from_s, 10);
  EXPECT_EQ(drawn.responses[0].hazard.until_s, 20);
  EXPECT_EQ(drawn.responses[1].hazard.until_s, never);
  EXPECT_EQ(drawn.responses[1].number, 1u);
  ASSERT_EQ(drawn.telescopes.size(), 1u);
  EXPECT_EQ(drawn.telescopes[0].packets_per_target, 2.5);
  ASSERT_EQ(drawn.telescopes[0].outages.size(), 1u);
  EXPECT_EQ(drawn.telescopes[0].outages[0].until_s, 2);
}

TEST(Model, DrawsUncertainNumbersAnewForEachReplicate) {
  ScenarioSpec spec = spec_of({.hosts = 100});
  spec.population.vulnerable = {.law = Quantity::Law::uniform, .a = 50, .b = 150, .min = 1, .max = 1000};
  const Model model = model_of(spec);
  const std::uint32_t first = model.draw_parameters(seed, 0)->hosts;
  EXPECT_EQ(model.draw_parameters(seed, 0)->hosts, first);
  std::set<std::uint32_t> all;
  for (std::uint32_t i = 0; i < 50; ++i) {
    const std::uint32_t hosts = model.draw_parameters(seed, i)->hosts;
    EXPECT_GE(hosts, 50u);
    EXPECT_LE(hosts, 150u);
    all.insert(hosts);
  }
  EXPECT_GT(all.size(), 20u);
}

TEST(Model, ARuleThatBeganBeforeTheStartIsOnFromTheStart) {
  ScenarioSpec spec = spec_of({});
  ResponseRuleSpec rule;
  rule.name = "early";
  rule.rate_per_h = Quantity::fixed(1);
  rule.from = spec.time.start.plus_seconds(-50);
  spec.responses = {rule};
  EXPECT_EQ(model_of(spec).draw_parameters(seed, 0)->responses[0].hazard.from_s, 0);
}

TEST(Model, PlacesNoHostOnASensor) {
  World world{.hosts = 500, .address_bits = 10};
  world.sensors = {{.prefix = {512, 24}}};
  const Model model = model_of(spec_of(world));
  for (std::uint32_t i = 0; i < 20; ++i) {
    const auto placed = model.place_hosts(*model.draw_parameters(seed, i), seed, i);
    ASSERT_TRUE(placed.has_value());
    EXPECT_EQ(placed->size(), 500u);
    for (const Ipv4 address : *placed) EXPECT_FALSE(world.sensors[0].prefix.contains(address));
  }
}

TEST(Model, NeedsAddressesOnlyWhereTheLawLooksAtThem) {
  EXPECT_FALSE(Model::needs_addresses(spec_of({})));
  EXPECT_TRUE(Model::needs_addresses(spec_of({.scopes = {{0, 0.5}, {4, 0.5}}})));
  EXPECT_FALSE(Model::places_by_country(spec_of({})));
}

}  // namespace
}  // namespace secondwave
