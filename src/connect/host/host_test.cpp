#include "connect/host/host.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "connect/host/gauge.hpp"

namespace millwright::connect::host {
namespace {

// Recorded on a machine with two cores.
constexpr std::string_view stat_text =
    "cpu  600 10 200 9000 100 0 50 40 25 0\n"
    "cpu0 300 5 100 4500 50 0 25 20 10 0\n"
    "cpu1 300 5 100 4500 50 0 25 20 15 0\n"
    "intr 123 0 0\n"
    "ctxt 456\n";
constexpr std::string_view stat_later =
    "cpu  650 10 230 9110 105 0 53 42 25 0\n"
    "cpu0 350 5 130 4510 50 0 28 22 10 0\n"
    "cpu1 300 5 100 4600 55 0 25 20 15 0\n";
constexpr std::string_view disks_text =
    "   7       0 loop0 9 0 8 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n"
    " 254       0 vda 300644 31605 1000 3684745 783818 171968 2000 400188 0 136316 4121632\n"
    " 254       1 vda1 300644 31605 1000 3684745 783818 171968 2000 400188 0 136316 4121632\n"
    " 259       0 nvme0n1 1 0 10 0 1 0 20 0 0 0 0\n"
    " 259       1 nvme0n1p1 1 0 10 0 1 0 20 0 0 0 0\n"
    " 253       0 zram0 1 0 10 0 1 0 20 0 0 0 0\n";
constexpr std::string_view networks_text =
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs\n"
    "    lo: 500  5    0    0    0     0          0         0 500  5    0    0    0     0   0  0\n"
    "  eth0:1000  7    0    0    0     0          0         0  300  3    0    0    0     0   0  "
    "0\n";

TEST(HostParse, CpuTimesCountGuestTimeOnce) {
  const auto times = parse_stat(stat_text);
  ASSERT_EQ(times.size(), 3U);
  EXPECT_EQ(times.at("cpu").total, 600U + 10 + 200 + 9000 + 100 + 0 + 50 + 40);
  EXPECT_EQ(times.at("cpu").idle, 9100U);
  EXPECT_EQ(times.at("1").idle, 4550U);
}

TEST(HostParse, DisksAreCountedWithoutPartitionsAndLoops) {
  const auto disks = parse_diskstats(disks_text);
  ASSERT_EQ(disks.size(), 2U);
  EXPECT_EQ(disks.at("vda").in, 1000U * 512);
  EXPECT_EQ(disks.at("vda").out, 2000U * 512);
  EXPECT_TRUE(disks.contains("nvme0n1"));
}

TEST(HostParse, CountersMayFollowTheColonWithoutSpace) {
  const auto networks = parse_net_dev(networks_text);
  ASSERT_EQ(networks.size(), 2U);
  EXPECT_EQ(networks.at("eth0").in, 1000U);
  EXPECT_EQ(networks.at("eth0").out, 300U);
}

TEST(HostParse, ShortFilesAreRead) {
  EXPECT_EQ(parse_loadavg("0.25 1.50 2.75 1/234 5678\n").value()[1], 1.5);
  EXPECT_EQ(parse_uptime("4321.05 8000.10\n").value(), 4321.05);
  EXPECT_EQ(parse_temperature("48500\n").value(), 48.5);
  const auto memory = parse_meminfo("MemTotal: 4000 kB\nMemFree: 1 kB\nMemAvailable: 1000 kB\n");
  EXPECT_EQ(memory.value().available, 1000U * 1024);
}

TEST(HostParse, WhatIsNotThereGivesNothing) {
  EXPECT_FALSE(parse_loadavg("0.25 x 2.75"));
  EXPECT_FALSE(parse_loadavg("nan inf 1"));
  EXPECT_FALSE(parse_uptime(""));
  EXPECT_FALSE(parse_temperature("-274000"));
  EXPECT_FALSE(parse_meminfo("MemTotal: 4000 kB\n"));
  EXPECT_FALSE(parse_meminfo("MemTotal: 99999999999999999999 kB\nMemAvailable: 1 kB\n"));
  EXPECT_TRUE(parse_stat("cpux\ncpu  1 2\n").empty());
}

TEST(HostGauge, AddressesAreReadAndMistakesNamed) {
  EXPECT_EQ(to_gauge("cpu.load:1").value().of, "1");
  EXPECT_EQ(to_gauge("disk.used:/var/lib:x").value().of, "/var/lib:x");
  EXPECT_EQ(to_gauge("load.15").value().quantity, Quantity::load_15);
  for (const char* wrong : {"", "cpu", "disk.used", "disk.used:", "uptime:1", "cpu.load:"})
    EXPECT_FALSE(to_gauge(wrong)) << wrong;
  EXPECT_NE(to_gauge("cpu.laod").error().what.find("'cpu.load'"), std::string::npos);
}

struct HostMeasure : testing::Test {
  Snapshot before, now;

  HostMeasure() {
    before.at = Monotonic(10s);
    before.cpu = parse_stat(stat_text);
    before.disks = parse_diskstats(disks_text);
    before.networks = parse_net_dev(networks_text);
    now = before;
    now.at = Monotonic(12s);
    now.cpu = parse_stat(stat_later);
  }
  std::optional<double> value(const char* address) {
    return measure(to_gauge(address).value(), before, now).value();
  }
};

TEST_F(HostMeasure, LoadIsTheShareOfTicksNotIdle) {
  // 200 ticks, 115 of them idle or waiting for the disk.
  EXPECT_DOUBLE_EQ(value("cpu.load").value(), 100 * (1 - 115.0 / 200));
  EXPECT_DOUBLE_EQ(value("cpu.load:1").value(), 0);
  EXPECT_FALSE(measure(to_gauge("cpu.load:7").value(), before, now));
}

TEST_F(HostMeasure, RatesArePerSecondAndWithoutLoopback) {
  now.networks["eth0"].in += 5000;
  now.networks["lo"].in += 100'000;
  EXPECT_DOUBLE_EQ(value("network.received").value(), 2500);
  EXPECT_DOUBLE_EQ(value("network.received:lo").value(), 50'000);
  now.disks["vda"].out += 1024;
  EXPECT_DOUBLE_EQ(value("disk.written").value(), 512);
  EXPECT_DOUBLE_EQ(value("disk.read:vda").value(), 0);
}

TEST_F(HostMeasure, FirstReadingAndCounterThatRanBackGiveNoRate) {
  EXPECT_FALSE(measure(to_gauge("network.sent").value(), Snapshot{}, now).value());
  now.networks["eth0"].out = 0;
  EXPECT_FALSE(value("network.sent:eth0"));
}

TEST_F(HostMeasure, WhatTheComputerDoesNotTellIsAnErrorThatNamesTheFile) {
  for (const char* address : {"cpu.temperature", "memory.used", "load.1", "uptime",
                              "network.sent:wlan9", "disk.read:sdz", "disk.used:/is/not/there"}) {
    const auto result = measure(to_gauge(address).value(), before, now);
    ASSERT_FALSE(result) << address;
    EXPECT_NE(result.error().what.find('/'), std::string::npos) << result.error().what;
  }
}

TEST(HostSnapshot, IsReadFromTheFilesBelowItsRoot) {
  const std::filesystem::path root =
      std::filesystem::path(testing::TempDir()) / "millwright_host_snapshot";
  const auto write = [&](const char* file, std::string_view text) {
    std::filesystem::create_directories((root / file).parent_path());
    std::ofstream(root / file) << text;
  };
  write("proc/stat", stat_text);
  write("proc/net/dev", networks_text);
  write("sys/class/thermal/thermal_zone0/type", "pch_skylake\n");
  write("sys/class/thermal/thermal_zone0/temp", "90000\n");
  write("sys/class/hwmon/hwmon0/name", "coretemp\n");
  write("sys/class/hwmon/hwmon0/temp1_input", "51000\n");
  const Snapshot snapshot = read_snapshot(root, Monotonic(1s));
  EXPECT_EQ(snapshot.cpu.size(), 3U);
  EXPECT_EQ(snapshot.networks.size(), 2U);
  EXPECT_EQ(snapshot.temperature, 51.0) << "the chip set is not the processor";
  EXPECT_FALSE(snapshot.memory);
  std::filesystem::remove_all(root);
}

}  // namespace
}  // namespace millwright::connect::host
