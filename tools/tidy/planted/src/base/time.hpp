#pragma once
// Good: a sentence with code in it, such as count = 1, is a sentence.
inline const char* web() { return "http://host/path"; }
// An example stands further right:
//   const int count = seconds(1);
