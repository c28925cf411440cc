#include "net/files/files.hpp"

#include <gtest/gtest.h>

#include <array>

namespace millwright::net {
namespace {

constexpr std::array<File, 3> table{{
    {"/index.html", "text/html; charset=utf-8", "<p>plain", "br-page", "gz-page", "a1"},
    {"/assets/app-4f2a.js", "text/javascript; charset=utf-8", "let a;", "br-js", "", "b2"},
    {"/favicon.ico", "image/x-icon", "icon", "", "", "c3"},
}};

Request get(std::string path, std::string_view accept_encoding = "", std::string_view tag = "") {
  Request request;
  request.path = std::move(path);
  if (!accept_encoding.empty())
    request.headers.add("Accept-Encoding", std::string(accept_encoding));
  if (!tag.empty()) request.headers.add("If-None-Match", std::string(tag));
  return request;
}

std::string header(const Response& response, std::string_view name) {
  return std::string(response.headers.find(name).value_or("absent"));
}

TEST(Files, TheIndexAnswersForEveryPageOfTheApp) {
  const Files files(table, {});
  for (const char* path : {"/", "/index.html", "/machines/cnc3", "/tag/velo/berlin"})
    EXPECT_EQ(*files.answer(get(path)).kept_body, "<p>plain") << path;
  EXPECT_EQ(files.answer(get("/missing.js")).status, 404);
  EXPECT_EQ(files.answer(get("/assets/app-0000.js")).status, 404);
}

TEST(Files, ThePackedVariantThatTheClientPrefersIsSent) {
  const Files files(table, {});
  EXPECT_EQ(*files.answer(get("/", "gzip, deflate, br")).kept_body, "br-page");
  EXPECT_EQ(*files.answer(get("/", "gzip")).kept_body, "gz-page");
  EXPECT_EQ(*files.answer(get("/", "br;q=0.1, gzip;q=0.5")).kept_body, "gz-page");
  EXPECT_EQ(*files.answer(get("/", "br;q=0, gzip;q=0")).kept_body, "<p>plain");
  EXPECT_EQ(*files.answer(get("/", "*")).kept_body, "br-page");
  EXPECT_EQ(*files.answer(get("/favicon.ico", "br")).kept_body, "icon");
  EXPECT_EQ(header(files.answer(get("/", "br")), "Content-Encoding"), "br");
  EXPECT_EQ(header(files.answer(get("/", "br")), "Vary"), "Accept-Encoding");
}

TEST(Files, WhatTheBrowserHasAlreadyIsNotSentAgain) {
  const Files files(table, {});
  const Response first = files.answer(get("/", "br"));
  EXPECT_EQ(header(first, "ETag"), "\"a1-br\"");
  const Response again = files.answer(get("/", "br", "\"zz\", W/\"a1-br\""));
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.kept_body, nullptr);
  EXPECT_EQ(header(again, "ETag"), "\"a1-br\"");
  EXPECT_EQ(files.answer(get("/", "gzip", "\"a1-br\"")).status, 200);
  EXPECT_EQ(files.answer(get("/", "", "*")).status, 304);
}

TEST(Files, HashedAssetsAreKeptForAYearAndTheIndexIsAskedForEachTime) {
  const Files files(table, {});
  EXPECT_EQ(header(files.answer(get("/assets/app-4f2a.js")), "Cache-Control"),
            "public, max-age=31536000, immutable");
  EXPECT_EQ(header(files.answer(get("/")), "Cache-Control"), "no-cache");
}

TEST(Files, PagesComeWithAPolicyThatForbidsForeignScriptsAndFrames) {
  const Files files(table, {});
  const Response page = files.answer(get("/"));
  const std::string policy = header(page, "Content-Security-Policy");
  for (const char* part : {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'",
                           "require-trusted-types-for 'script'"})
    EXPECT_NE(policy.find(part), std::string::npos) << part;
  EXPECT_EQ(header(page, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(header(page, "Referrer-Policy"), "no-referrer");
  EXPECT_EQ(header(page, "Strict-Transport-Security"), "absent");
  FileSettings secure;
  secure.is_behind_tls = true;
  EXPECT_EQ(header(Files(table, secure).answer(get("/")), "Strict-Transport-Security"),
            "max-age=31536000");
}

TEST(Files, OnlyReadingIsAllowed) {
  Request request = get("/");
  request.method = Method::post;
  const Response response = Files(table, {}).answer(request);
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(header(response, "Allow"), "GET, HEAD");
}

TEST(Files, TheTypeFollowsFromTheEnding) {
  EXPECT_EQ(content_type_of("/assets/app-4f2a.js"), "text/javascript; charset=utf-8");
  EXPECT_EQ(content_type_of("/x"), "application/octet-stream");
}

}  // namespace
}  // namespace millwright::net
