// Copyright 2020 Somebody
#include "watch/state/state.hpp"
#include "watch/oee/oee.hpp"
#include "keep/history/history.hpp"
#include "app/main.hpp"
#include "oee.hpp"
// int stopped(int a) {
//   return a + 1;
// A sentence that ends with a semicolon; then it goes on
// TODO: count the stops
//////////////////////////////
#if 0
#endif
int f() { throw 1; }
const char* g() { return "never throw this"; }  // throw is a word in a comment
