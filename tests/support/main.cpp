#include <boost/test/unit_test.hpp>

// Written out rather than made by BOOST_TEST_MODULE, which must come before the precompiled header.
int main(int count, char** arguments) {
  return boost::unit_test::unit_test_main([] { return true; }, count, arguments);
}
