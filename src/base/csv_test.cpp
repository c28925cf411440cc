#include "base/csv.hpp"

#include <gtest/gtest.h>

namespace millwright {
namespace {

TEST(Csv, AFieldInQuotesMayHoldSeparatorsQuotesAndLines) {
  const auto table = read_csv("order,note\r\nA-1,\"a, \"\"b\"\"\nc\"\r\nA-2, plain \r\n");
  ASSERT_TRUE(table);
  EXPECT_EQ(table->header, (std::vector<std::string>{"order", "note"}));
  ASSERT_EQ(table->rows.size(), 2U);
  EXPECT_EQ(table->rows[0].fields[1], "a, \"b\"\nc");
  EXPECT_EQ(table->rows[0].line, 2U);
  EXPECT_EQ(table->rows[1].fields[1], "plain");
  EXPECT_EQ(table->rows[1].line, 4U);  // the first took two
}

TEST(Csv, SemicolonsAndTabsOfSpreadsheetsAreUnderstood) {
  EXPECT_EQ(read_csv("\xEF\xBB\xBForder;quantity\nA-1;24\n")->rows[0].fields,
            (std::vector<std::string>{"A-1", "24"}));
  EXPECT_EQ(read_csv("order\tquantity\nA,1\t24")->rows[0].fields,
            (std::vector<std::string>{"A,1", "24"}));
}

TEST(Csv, EmptyLinesAreLeftOutAndCounted) {
  const auto table = read_csv("order\n\nA-1\n,\nA-2\n");
  ASSERT_EQ(table->rows.size(), 2U);
  EXPECT_EQ(table->rows[1].line, 5U);
}

TEST(Csv, WhatCannotBeReadIsToldWithItsLine) {
  EXPECT_EQ(read_csv("a\nb\n\"c\n").error().what, "line 3: a quote is opened and never closed");
  EXPECT_EQ(read_csv("\r\n").error().what,
            "there is nothing in it: the first line names the columns");
  EXPECT_FALSE(read_csv("a\n1\n2\n3\n", {.rows_max = 2, .fields_max = 3}));
  EXPECT_FALSE(read_csv("a,b,c,d\n", {.rows_max = 2, .fields_max = 3}));
}

TEST(Csv, WhatIsWrittenIsReadBack) {
  const std::string field = " a;\",\"\n";
  EXPECT_EQ(read_csv("x\n" + csv_field(field))->rows[0].fields[0], field);
}

}  // namespace
}  // namespace millwright
