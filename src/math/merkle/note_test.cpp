#include "math/merkle/note.hpp"

#include <gtest/gtest.h>

#include "math/merkle/checkpoint.hpp"
#include "math/merkle/unicode.hpp"

namespace millwright::math {
namespace {

// The example of C2SP signed-note ("Example").
constexpr std::string_view foo_key =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
constexpr std::string_view foo_note =
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    "\n";

// The examples of golang.org/x/mod/sumdb/note.
constexpr std::string_view peter_key =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view peter_secret =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
constexpr std::string_view enoch_key =
    "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const std::string peter_text =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your "
    "problem "
    "is.\n";
const std::string peter_line =
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6"
    "RyyBwJnAM=\n";
const std::string enoch_line =
    "— EnochRoot "
    "rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1R"
    "vMc+QQ=\n";

std::vector<VerifierKey> keys(std::initializer_list<std::string_view> texts) {
  std::vector<VerifierKey> all;
  for (const std::string_view text : texts)
    all.push_back(read_verifier_key(text).value());
  return all;
}

TEST(Note, TheExampleOfTheSpecificationIsSignedByItsKey) {
  const auto note = read_note(foo_note);
  ASSERT_TRUE(note);
  EXPECT_EQ(note->text, "This is an example message.\n");
  EXPECT_EQ(check_note(*note, keys({foo_key})).value().size(), 1U);
  EXPECT_EQ(check_note(*note, keys({peter_key})).error().code, Code::refused);
  EXPECT_EQ(to_text(*note), foo_note);
}

TEST(Note, WeSignAsTheReferenceProgramDoes) {
  const Signer peter = Signer::read(peter_secret).value();
  EXPECT_EQ(to_text(peter.key()), peter_key);
  EXPECT_EQ(peter.secret_text(), peter_secret);
  EXPECT_EQ(to_line(peter.sign(peter_text)), peter_line);
  const Signer enoch = Signer::from_seed("EnochRoot", KeyKind::note, {});
  EXPECT_EQ(to_text(enoch.key()), enoch_key);
  EXPECT_EQ(to_line(enoch.sign(peter_text)), enoch_line);
}

TEST(Note, UnknownKeysArePassedOverAndFalseSignaturesOfKnownOnesRefused) {
  const auto both = read_note(peter_text + "\n" + peter_line + enoch_line).value();
  EXPECT_EQ(check_note(both, keys({peter_key})).value().size(), 1U);
  EXPECT_EQ(check_note(both, keys({enoch_key, peter_key})).value().size(), 2U);
  EXPECT_EQ(check_note(both, {}).error().code, Code::refused);
  const auto twice = read_note(peter_text + "\n" + peter_line + peter_line).value();
  EXPECT_EQ(check_note(twice, keys({peter_key})).value().size(), 1U);
  auto spoiled = both;
  spoiled.signatures[0].bytes[7] ^= 1;
  EXPECT_EQ(check_note(spoiled, keys({peter_key, enoch_key})).error().code, Code::corrupt);
  EXPECT_TRUE(check_note(spoiled, keys({enoch_key})));
  auto retold = both;
  retold.text.replace(0, 2, "Of");
  EXPECT_FALSE(check_note(retold, keys({peter_key})));
}

TEST(Note, MalformedNotesOfTheReferenceTestsAreRefused) {
  const std::string one = peter_text + "\n" + peter_line;
  std::string hundred_and_one = peter_text + "\n";
  for (int i = 0; i < 101; ++i)
    hundred_and_one += peter_line;
  for (const std::string& bad :
       {peter_text, peter_text + "\n", one.substr(0, one.size() - 1), "\x01" + one, "\xff" + one,
        peter_text +
            "\n— Bad Name x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqf"
            "qdngotpRZb6KE6RyyBwJnAM=\n",
        one + "Unexpected line.\n", hundred_and_one, std::string(),
        std::string(note_bytes_max + 1, 'a')})
    EXPECT_EQ(read_note(bad).error().code, Code::corrupt) << bad;
}

TEST(Note, EveryMangledKeyIsRefused) {
  std::string key(peter_key);
  for (std::size_t begin = 0; begin <= key.size(); ++begin) {
    for (std::size_t end = begin + 1; end <= key.size(); ++end) {
      if (begin == 0 && end == key.size()) continue;
      ASSERT_FALSE(read_verifier_key(key.substr(begin, end - begin)));
    }
  }
  std::string secret(peter_secret);
  for (char& c : key) {
    ++c;
    EXPECT_FALSE(read_verifier_key(key));
    --c;
  }
  for (char& c : secret) {
    ++c;
    EXPECT_FALSE(Signer::read(secret));
    --c;
  }
  // Of another length, and of an unknown kind, each with the number that belongs to it.
  EXPECT_FALSE(read_verifier_key(
      "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=="));
  EXPECT_FALSE(
      read_verifier_key("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"));
}

TEST(Note, NoFlippedBitOfASignaturePasses) {
  const Signer signer = Signer::from_seed("log", KeyKind::note, {7});
  const Signer witness = Signer::from_seed("witness", KeyKind::cosignature, {8});
  const std::string text = "log\n1\nAAA\n";
  Note note{text, {signer.sign(text), witness.cosign(text, 1'700'000'000)}};
  const std::vector<VerifierKey> known{signer.key(), witness.key()};
  ASSERT_EQ(check_note(note, known).value().size(), 2U);
  EXPECT_EQ(check_note(note, known).value()[1].time, 1'700'000'000U);
  for (Signature& signature : note.signatures) {
    for (std::uint8_t& byte : signature.bytes) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        byte = static_cast<std::uint8_t>(byte ^ (1U << bit));
        ASSERT_FALSE(check_note(note, known));
        byte = static_cast<std::uint8_t>(byte ^ (1U << bit));
      }
    }
  }
}

TEST(Note, ACosignatureSignsTheTextOfTheSpecification) {
  const Signer witness = Signer::from_seed("witness.example.com/w1", KeyKind::cosignature, {1});
  const Signer plain = Signer::from_seed("witness.example.com/w1", KeyKind::note, {1});
  EXPECT_NE(witness.key().id(), plain.key().id());
  const std::string body =
      "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  const Signature cosigned = witness.cosign(body, 1679315147);
  const Signature expected = plain.sign("cosignature/v1\ntime 1679315147\n" + body);
  EXPECT_EQ(Bytes(cosigned.bytes.begin() + 8, cosigned.bytes.end()), expected.bytes);
  // Its time stands before it: the example of the specification begins with the same eight bytes.
  EXPECT_EQ(to_base64(ByteView(cosigned.bytes).first(8)), "AAAAAGQYUMs=");
}

TEST(Note, NamesHaveNoSpacesOfAnyScript) {
  for (const std::string_view good : {"a", "example.com/foo", "Größe", "工場", "😀"})
    EXPECT_TRUE(is_key_name(good)) << good;
  for (const std::string_view bad :
       {"", " ", "a b", "a+b", "a\tb",
        "a\xC2\xA0"
        "b",
        "a\xE3\x80\x80"
        "b",
        "a\xE2\x80\xA8"
        "b",
        "\xff", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82"})
    EXPECT_FALSE(is_key_name(bad)) << bad;
}

// The checkpoint and its signature line, as C2SP tlog-checkpoint prints them (its key is not
// published: form alone).
constexpr std::string_view sofa =
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1n"
    "PZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

TEST(Checkpoint, TheExampleOfTheSpecificationIsRead) {
  const Note note = read_note(sofa).value();
  ASSERT_EQ(note.signatures.size(), 2U);
  EXPECT_EQ(note.signatures[1].bytes.size(), 72U);
  const Checkpoint checkpoint = read_checkpoint(note.text).value();
  EXPECT_EQ(checkpoint.origin, "example.com/behind-the-sofa");
  EXPECT_EQ(checkpoint.tree.size, 20852163U);
  EXPECT_EQ(to_text(checkpoint), note.text);
}

// TestParseTree of golang.org/x/mod/sumdb/tlog.
TEST(Checkpoint, TheTreeOfTheReferenceTestsIsReadAndWritten) {
  const std::string text =
      "go.sum database tree\n123456789012\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n";
  const Checkpoint checkpoint = read_checkpoint(text).value();
  EXPECT_EQ(checkpoint.tree, (TreeHead{123456789012U, leaf_hash(as_bytes("hello world"))}));
  EXPECT_EQ(to_text(checkpoint), text);
  for (const std::string_view bad :
       {"go.sum database tree\n0xabcdef\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n",
        "go.sum database tree\n012\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n",
        "go.sum database tree\n12\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBTOOBIG=\n",
        "\n12\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n", "a\n12\n", "",
        "a\n12\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n\n",
        "a\n99999999999999999999\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n",
        "a\n12\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\nnot ended"})
    EXPECT_FALSE(read_checkpoint(bad)) << bad;
  EXPECT_EQ(read_checkpoint(text + "more\n")->extensions.size(), 1U);
}

TEST(Checkpoint, OnlyTheKeyOfTheLogOpensIt) {
  const Signer log = Signer::from_seed("plant.example", KeyKind::note, {1});
  const Signer other = Signer::from_seed("plant.example", KeyKind::note, {2});
  const Signer witness = Signer::from_seed("w", KeyKind::cosignature, {3});
  const std::string text = to_text(Checkpoint{"plant.example", {3, leaf_hash({})}, {}});
  const std::string note = to_text(Note{text, {witness.cosign(text, 99), log.sign(text)}});
  const std::vector<VerifierKey> witnesses{witness.key()};
  const auto opened = open_checkpoint(note, log.key(), witnesses);
  ASSERT_TRUE(opened);
  ASSERT_EQ(opened->witnesses.size(), 1U);
  EXPECT_EQ(opened->witnesses[0].time, 99U);
  EXPECT_FALSE(open_checkpoint(note, other.key(), witnesses));  // the witness alone is not enough
  const std::string stolen = to_text(Checkpoint{"other.example", {3, leaf_hash({})}, {}});
  EXPECT_EQ(open_checkpoint(to_text(Note{stolen, {log.sign(stolen)}}), log.key()).error().what,
            "the checkpoint is of the log other.example, and the key of plant.example");
}

TEST(Checkpoint, AProofOfARecordReadsBack) {
  const RecordProof proof{73894, {leaf_hash({}), empty_root()}, std::string(sofa)};
  const auto read = read_record_proof(to_text(proof));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->index, 73894U);
  EXPECT_EQ(read->proof, proof.proof);
  EXPECT_EQ(read->note, sofa);
  for (const std::string_view bad :
       {"", "c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v2\nindex 1\n\n",
        "c2sp.org/tlog-proof@v1\nindex 01\n\n", "c2sp.org/tlog-proof@v1\nindex 1\nAA==\n\n",
        "c2sp.org/tlog-proof@v1\nindex 1\n"})
    EXPECT_FALSE(read_record_proof(bad)) << bad;
}

}  // namespace
}  // namespace millwright::math
