#define BOOST_TEST_MODULE echelon
#include <boost/test/unit_test.hpp>
