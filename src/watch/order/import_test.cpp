#include "watch/order/import.hpp"

#include <gtest/gtest.h>

namespace millwright::watch::order {
namespace {

Plant test_plant() {
  Plant plant;
  plant.identity.path = "velo/berlin";
  plant.identity.zone = "Europe/Berlin";
  plant.machines.emplace_back().path = "frames/cutting/saw1";
  Node products;
  products.kind = Node::Kind::list;
  for (const char* name : {"City", "Cargo"}) {
    Node item, text;
    item.kind = Node::Kind::map;
    text.kind = Node::Kind::scalar;
    text.text = name;
    item.entries.push_back({"name", {}, text});
    products.items.push_back(item);
  }
  plant.sections["products"] = products;
  return plant;
}

TEST(Import, TakesTheColumnsInAnyOrderAndADueDayOfThePlant) {
  const auto read = read_import(
      "quantity;order;due;machines;product\n"
      "24;A-1;2026-11-25;frames/cutting/saw1;City\n"
      "6;A-2;2026-07-01 14:00;;\n"
      ";A-3;2026-11-25T14:00:00Z;velo/berlin/frames/cutting/saw1;Cargo\n",
      test_plant());
  ASSERT_TRUE(read);
  ASSERT_EQ(read->good.size(), 3U);
  EXPECT_EQ(read->good[0].form.quantity, 24U);
  EXPECT_EQ(to_text(*read->good[0].form.due), "2026-11-25T23:00:00Z");  // its end in Berlin
  EXPECT_EQ(to_text(*read->good[1].form.due), "2026-07-01T12:00:00Z");  // summer time
  EXPECT_EQ(read->good[0].form.machines,
            std::vector<std::string>{"velo/berlin/frames/cutting/saw1"});
  EXPECT_EQ(read->good[2].form.quantity, 0U);
}

TEST(Import, NamesEveryBadLineWithItsNumberAndKeepsTheGoodOnes) {
  const auto read = read_import(
      "order,product,quantity,due,machines\n"
      "A-1,City,24,,\n"
      "A-2,City,two,,\n"
      ",City,1,,\n"
      "A-4,Citi,1,,\n"
      "A-5,City,1,tomorrow,\n"
      "A-6,City,1,,frames/cutting/saw2\n"
      "A-1,City,12,,\n"
      "A-8,City\n",
      test_plant());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->good.size(), 1U);
  std::string told;
  for (const BadLine& bad : read->problems)
    told += std::to_string(bad.line) + ": " + bad.what + "\n";
  EXPECT_EQ(told,
            "3: quantity: found 'two', expected a whole number of parts\n"
            "4: expected as 'order' a number of 1 to 64 characters, without spaces at its ends\n"
            "5: there is no product 'Citi': the products are City, Cargo\n"
            "6: due: found 'tomorrow', expected a day as 2026-11-25 or a time as 2026-11-25 14:00\n"
            "7: there is no machine 'frames/cutting/saw2': did you mean 'frames/cutting/saw1'?\n"
            "8: order 'A-1' stands there twice: each order once\n"
            "9: found 2 fields, expected 5 as in line 1\n");
}

TEST(Import, AColumnThatIsMisspelledIsNotPassedOver) {
  EXPECT_EQ(read_import("order,quantiti\nA-1,24\n", test_plant()).error().what,
            "line 1: found the column 'quantiti', expected order, product, quantity, due, machines "
            "and note; did you mean 'quantity'?");
  EXPECT_EQ(read_import("product\nCity\n", test_plant()).error().what,
            "line 1: there is no column 'order'");
  EXPECT_FALSE(read_import("order,order\n", test_plant()));
  EXPECT_FALSE(read_import("", test_plant()));
}

TEST(Import, WhatDaysAndTimesCannotBeIsTold) {
  for (const char* due : {"2026-02-30", "2026-13-01", "26-1-1", "2026-11-25 25:00", "2026-11-2514"})
    EXPECT_EQ(read_import(std::string("order,due\nA,") + due, test_plant())->problems.size(), 1U)
        << due;
}

}  // namespace
}  // namespace millwright::watch::order
