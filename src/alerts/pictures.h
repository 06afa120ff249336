#pragma once

#include <filesystem>

#include <proviso/base/bytes.h>
#include <proviso/base/id.h>
#include <proviso/base/time.h>
#include <proviso/keys/key_store.h>

namespace proviso::alerts {

/// Masked pictures at rest, each sealed under the key of its camera and day: with the key the
/// picture is gone (ALR-1). Thread-safe.
class Pictures {
public:
    Pictures(std::filesystem::path folder, keys::KeyStore& keys)
        : folder_(std::move(folder)), keys_(keys) {}

    Result<> put(
        const CameraId& camera,
        Day day,
        const std::string& id,
        std::string_view key_id,
        ByteView jpeg
    );
    /// NotFound if there is none or its key is destroyed.
    Result<Bytes> get(
        const CameraId& camera, Day day, const std::string& id, std::string_view key_id
    ) const;
    Result<> remove(const CameraId& camera, Day day, const std::string& id);
    /// Removes the folders of all camera-days that have no key any more.
    Result<> sweep();

private:
    std::filesystem::path path(const CameraId& camera, Day day, const std::string& id) const;

    const std::filesystem::path folder_;
    keys::KeyStore& keys_;
};

}  // namespace proviso::alerts
