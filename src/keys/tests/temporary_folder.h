#pragma once

#include <filesystem>

#include <gtest/gtest.h>

#include <proviso/base/file.h>
#include <proviso/base/id.h>

namespace proviso::keys {

/// A folder of its own for every test, gone afterwards.
class InFolder : public testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(make_folders(folder_)); }

    void TearDown() override { std::filesystem::remove_all(folder_); }

    const std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("proviso-keys-" + Uuid::random().text());
};

}  // namespace proviso::keys
