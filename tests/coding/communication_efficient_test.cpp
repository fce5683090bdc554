#include <boost/test/unit_test.hpp>

#include "tests/support/codes.hpp"

namespace echelon::coding {
namespace {

result<gradient_code_ptr> efficient(const code_shape& shape, index blocks) {
  return codes().make("communication-efficient", value_table{{"blocks", blocks}}, "coding", shape);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(communication_efficient)

BOOST_AUTO_TEST_CASE(messages_are_one_block_long_and_parts_on_s_plus_m_senders) {
  const auto code = efficient({12, 12, 2}, 3).value();
  BOOST_TEST(code->frame().length(100) == 34);
  BOOST_TEST(load_parts(*code) == 5);
}

BOOST_AUTO_TEST_CASE(every_pattern_decodes_every_block) {
  // The sizes of specification 12, "communication-efficient construction 3.5".
  const std::pair<code_shape, index> sizes[]{{{5, 5, 1}, 2},
                                             {{6, 6, 2}, 2},
                                             {{8, 8, 1}, 3},
                                             {{10, 10, 2}, 2},
                                             {{12, 12, 2}, 3},
                                             {{7, 9, 0}, 4},
                                             {{6, 11, 2, {1, 2, 3, 1, 1, 2}}, 2}};
  for (const auto& [shape, blocks] : sizes)
    BOOST_TEST_CONTEXT("N=" << shape.senders << " s=" << shape.stragglers << " m=" << blocks) {
      const auto code = efficient(shape, blocks).value();
      const matrix encoding = encoding_matrix(*code);
      for (index bits = 0; bits < (index{1} << shape.senders); ++bits) {
        const auto arrived = subset(shape.senders, bits);
        if (std::ssize(arrived) < shape.senders - shape.stragglers)
          continue;
        const auto how = decode(*code, arrived).value();
        const matrix errors = coefficients(*code, encoding, arrived, how) - plain_sum(*code);
        BOOST_TEST(errors.cwiseAbs().maxCoeff() <= 1e-12 * std::max(how.amplification, 1.0));
      }
    }
}

BOOST_AUTO_TEST_CASE(forty_senders_decode_to_four_digits) {
  const auto code = efficient({40, 40, 4}, 2).value();
  BOOST_TEST(code->amplification_worst() < 2000);
}

BOOST_AUTO_TEST_CASE(one_block_is_ordinary_gradient_coding) {
  const auto code = efficient({8, 8, 2}, 1).value();
  BOOST_TEST(load_parts(*code) == 3);
  BOOST_TEST(code->frame().length(100) == 100);
}

BOOST_AUTO_TEST_CASE(too_many_blocks_are_refused_with_what_would_fit) {
  BOOST_TEST(efficient({6, 6, 3}, 4).error().detail ==
             "coding.blocks: with 4 blocks and 3 stragglers a part must lie on 7 senders, of 6; it "
             "must be at most 3");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
