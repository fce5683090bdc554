#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "algorithms/coding/lies/testimony.hpp"
#include "tests/support/code_shapes.hpp"
#include "tests/support/codes.hpp"

namespace echelon::coding {
namespace {

namespace data = boost::unit_test::data;

/// How large a lie is, of the size of what was to be said.
using lie_size = double;

/// The answers of a round to which liars have come.
template <class Scalar>
struct lying_round {
  gradient_code_ptr code;
  std::vector<index> arrived;
  std::vector<contribution> messages;

  lying_round(gradient_code_ptr made, std::vector<index> who, random_stream& random,
              index dimension = 40)
      : code(std::move(made)), arrived(std::move(who)) {
    const auto parts = draw_parts<Scalar>(random, dimension, code->shape().parts);
    for (const index sender : arrived)
      messages.push_back(message(*code, sender, parts));
  }

  contribution& of(index sender) {
    return messages[slot(std::ranges::find(arrived, sender) - arrived.begin())];
  }

  /// Adds a vector of that many times the message's length in each direction.
  void corrupt(index sender, lie_size size, random_stream random) {
    contribution& told = of(sender);
    const vector honest = Eigen::Map<const Eigen::VectorX<Scalar>>{told.values.as<Scalar>().data(),
                                                                   told.values.size()}
                              .template cast<double>();
    block_builder wrong = copy_of(told.values);
    vector added(wrong.size());
    for (double& number : added)
      number = random.normal();
    added *= size * honest.norm() / added.norm();
    for (index i = 0; i < wrong.size(); ++i)
      wrong.as<Scalar>()[slot(i)] += static_cast<Scalar>(added[i]);
    told.values = block::freeze(std::move(wrong));
  }

  lie_findings judge() const {
    return find_lies(testimony_of(*code, arrived, messages), lie_threshold(precision_of<Scalar>));
  }
};

/// A few of those who came, ascending.
std::vector<index> draw_some(random_stream& random, const std::vector<index>& from, index count) {
  std::vector<index> chosen;
  for (const index i : sample_without_replacement(random, std::ssize(from), count))
    chosen.push_back(from[slot(i)]);
  std::ranges::sort(chosen);
  return chosen;
}

/// Everybody with work but for some.
std::vector<index> draw_arrivals(random_stream& random, const gradient_code& code, index absent) {
  const auto busy = busy_senders(code);
  return draw_some(random, busy, std::ssize(busy) - absent);
}

/// Cases are numbered; a failure names the one that repeats it.
template <class Case>
void repeat(index cases, Case check) {
  for (index number = 0; number < cases; ++number)
    BOOST_TEST_CONTEXT("case " << number)
  check(random_stream{slot(number), "lies"});
}

gradient_code_ptr replicas(index count) {
  return *make_code("fractional-repetition", {2 * count, 2 * count, count - 1});
}

const auto polynomial_names = data::make({"cyclic", "polynomial", "communication-efficient"});

}  // namespace

BOOST_AUTO_TEST_SUITE(lies)

BOOST_DATA_TEST_CASE(half_of_the_answers_beyond_those_needed_may_lie_and_are_named,
                     polynomial_names, name) {
  index named = 0;
  for (const auto& [senders, stragglers] :
       {std::pair<index, index>{5, 2}, {7, 4}, {9, 3}, {12, 6}}) {
    const auto code = *make_code(name, {senders, senders, stragglers});
    repeat(700, [&](random_stream random) {
      const index more = random.below(stragglers + 1);
      lying_round<float> round{code, draw_arrivals(random, *code, stragglers - more), random};
      const auto liars = draw_some(random, round.arrived, random.below(more / 2 + 1));
      const bool of_one_mind = random.bernoulli(0.3);
      for (const index liar : liars)
        round.corrupt(liar, std::pow(10, random.uniform(-1, 6)),
                      {1, "lie", of_one_mind ? 0 : slot(liar)});
      BOOST_TEST((round.judge() == lie_findings{liars, {}}));
      named += std::ssize(liars);
    });
  }
  BOOST_TEST(named > 500);
}

BOOST_AUTO_TEST_CASE(two_replicas_detect_and_three_name) {
  repeat(500, [](random_stream random) {
    for (const index count : {2, 3, 4, 5}) {
      lying_round<float> round{replicas(count), draw_arrivals(random, *replicas(count), 0), random};
      const index liar = random.below(2 * count);
      round.corrupt(liar, 1, random);
      const lie_findings found = round.judge();
      if (count > 2) {
        BOOST_TEST((found == lie_findings{{liar}, {}}));
        continue;
      }
      BOOST_TEST(found.liars.empty());
      BOOST_TEST(found.suspects.size() == 2U);
      BOOST_TEST(std::ranges::count(found.suspects, liar) == 1);
    }
  });
}

BOOST_DATA_TEST_CASE(nobody_honest_is_named_however_many_lie_and_nobody_suspected_where_none_does,
                     data::make(fixed_codes()), name) {
  random_stream random{7, "lies.catalogue"};
  for_codes(name, small_shapes(), [&](const gradient_code_ptr& code) {
    for (index round_number = 0; round_number < 8; ++round_number) {
      const index busy = std::ssize(busy_senders(*code));
      lying_round<float> round{code, draw_arrivals(random, *code, random.below(busy)), random};
      BOOST_TEST(!round.judge().any());
      const auto liars = draw_some(random, round.arrived,
                                   random.below(std::ssize(round.arrived) + 1));
      for (const index liar : liars)
        round.corrupt(liar, std::pow(10, random.uniform(-3, 6)), {slot(random.below(1 << 30)), ""});
      BOOST_TEST(std::ranges::includes(liars, round.judge().liars));
    }
  });
}

BOOST_DATA_TEST_CASE(doubles_are_judged_more_strictly_than_floats, polynomial_names, name) {
  const auto code = *make_code(name, {8, 8, 3});
  repeat(100, [&](random_stream random) {
    lying_round<double> fine{code, {0, 1, 2, 3, 4, 5, 6, 7}, random};
    BOOST_TEST(!fine.judge().any());
    fine.corrupt(3, 1e-6, random);
    BOOST_TEST((fine.judge() == lie_findings{{3}, {}}));
    lying_round<float> coarse{code, {0, 1, 2, 3, 4, 5, 6, 7}, random};
    coarse.corrupt(3, 1e-6, random);
    BOOST_TEST(!coarse.judge().any());
  });
}

BOOST_AUTO_TEST_CASE(a_lie_about_the_loss_or_the_samples_is_one_too) {
  for (const std::string name : {"cyclic", "fractional-repetition", "communication-efficient"}) {
    const auto code = *make_code(name, {6, 6, 2});
    repeat(100, [&](random_stream random) {
      lying_round<float> round{code, {0, 1, 2, 3, 4, 5}, random};
      contribution& told = round.of(4);
      (random.bernoulli(0.5) ? told.loss : told.samples) += 10;
      BOOST_TEST((round.judge() == lie_findings{{4}, {}}));
    });
  }
}

BOOST_AUTO_TEST_CASE(parts_that_cancel_each_other_accuse_nobody) {
  const auto code = *make_code("cyclic", {9, 9, 4});
  repeat(300, [&](random_stream random) {
    auto parts = draw_parts<float>(random, 64, 9);
    const block large = parts[0].values;
    for (std::size_t part = 0; part < parts.size(); ++part) {
      block_builder values = copy_of(parts[part].values);
      for (std::size_t i = 0; i < 64; ++i)
        values.as<float>()[i] = 1e-2F * values.as<float>()[i] +
                                (part % 2 == 0 ? 1.0F : -1.0F) * large.as<float>()[i];
      parts[part].values = block::freeze(std::move(values));
    }
    std::vector<contribution> messages;
    std::vector<index> all;
    for (index sender = 0; sender < 9; ++sender) {
      messages.push_back(message(*code, sender, parts));
      all.push_back(sender);
    }
    const auto said = testimony_of(*code, all, messages);
    BOOST_TEST(!find_lies(said, lie_threshold(precision::single)).any());
  });
}

BOOST_AUTO_TEST_CASE(liars_of_one_mind_are_named_too_where_they_are_few_enough) {
  repeat(500, [](random_stream random) {
    lying_round<float> round{
        *make_code("cyclic", {10, 10, 4}), {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, random};
    const auto liars = draw_some(random, round.arrived, 2);
    for (const index liar : liars)
      round.corrupt(liar, 0.5, {1, "one mind"});
    BOOST_TEST((round.judge() == lie_findings{liars, {}}));
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
