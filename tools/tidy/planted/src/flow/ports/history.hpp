#pragma once
class HistoryHelper;
struct [[nodiscard]] PlantInfo {};
struct Informed {};
