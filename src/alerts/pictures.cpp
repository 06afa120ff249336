#include "pictures.h"

#include <algorithm>
#include <cerrno>

#include <unistd.h>

#include <proviso/alerts/sighting_sink.h>
#include <proviso/base/file.h>
#include <proviso/crypto/aead.h>
#include <proviso/crypto/hash.h>

namespace proviso::alerts {

namespace fs = std::filesystem;

namespace {

/// A key of its own for every picture: the camera-day's own key seals nothing but recordings.
crypto::SecretBytes picture_key(const keys::CameraDayKey& key, const std::string& id) {
    crypto::SecretBytes derived(crypto::kAeadKeySize);
    crypto::hkdf_sha256(
        key.secret->view(), {}, as_bytes("proviso picture/" + id), derived.mutable_view()
    );
    return derived;
}

Error no_picture() { return {ErrorKind::NotFound, "there is no picture of it"}; }

}  // namespace

fs::path Pictures::path(const CameraId& camera, Day day, const std::string& id) const {
    return folder_ / camera.text() / to_iso8601(day) / (id + ".sealed");
}

Result<> Pictures::put(
    const CameraId& camera, Day day, const std::string& id, std::string_view key_id, ByteView jpeg
) {
    auto key = PROVISO_TRY(keys_.find(key_id));
    auto sealed = crypto::wrap(picture_key(key, id).view(), as_bytes(key_id), jpeg);
    auto file = path(camera, day, id);
    PROVISO_TRY(make_folders(file.parent_path(), 0750));
    return write_file_atomic(file, sealed);
}

Result<Bytes> Pictures::get(
    const CameraId& camera, Day day, const std::string& id, std::string_view key_id
) const {
    auto key = keys_.find(key_id);
    if (!key) return no_picture();
    auto sealed = read_file(path(camera, day, id), 2 * kMostPictureBytes);
    if (!sealed) {
        if (sealed.error().kind() == ErrorKind::NotFound) return no_picture();
        return std::move(sealed).error();
    }
    auto bytes = as_bytes(*sealed);
    if (bytes.size() < crypto::kAeadNonceSize + crypto::kAeadTagSize) {
        return Error(ErrorKind::Corrupt, "a picture is damaged");
    }
    crypto::Nonce nonce{};
    std::copy_n(bytes.begin(), nonce.size(), nonce.begin());
    auto rest = bytes.subspan(nonce.size());
    Bytes jpeg(rest.size() - crypto::kAeadTagSize);
    PROVISO_TRY(crypto::open(picture_key(*key, id).view(), nonce, as_bytes(key_id), rest, jpeg)
                    .while_doing("open a picture"));
    return jpeg;
}

Result<> Pictures::remove(const CameraId& camera, Day day, const std::string& id) {
    auto file = path(camera, day, id);
    if (::unlink(file.c_str()) != 0 && errno != ENOENT) {
        return errno_error("remove a picture", errno);
    }
    return {};
}

Result<> Pictures::sweep() {
    auto kept = [this](const std::string& camera, const std::string& day) {
        auto alive = keys_.list();
        return std::any_of(alive.begin(), alive.end(), [&](const auto& key) {
            return key.camera.text() == camera && to_iso8601(key.day) == day;
        });
    };
    std::error_code error;
    for (const auto& camera : fs::directory_iterator(folder_, error)) {
        std::error_code inner;
        for (const auto& day : fs::directory_iterator(camera.path(), inner)) {
            if (kept(camera.path().filename(), day.path().filename())) continue;
            fs::remove_all(day.path(), inner);
            if (inner) return errno_error("remove pictures of a day", inner.value());
        }
    }
    return {};
}

}  // namespace proviso::alerts
