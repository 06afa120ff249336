#pragma once

#include <functional>

#include <proviso/registers/documents.h>

namespace proviso::registers {

/// What is on record now and word of every change: the part of the registers that the gate
/// needs. Thread-safe.
class Source {
public:
    Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    virtual ~Source() = default;

    virtual SnapshotPtr snapshot() const = 0;
    /// Called after every change, in the changing thread, with the new state already visible.
    /// A listener may call snapshot(). It stays for the life of the source.
    virtual void on_change(std::function<void(const SnapshotPtr&)> listener) = 0;
};

}  // namespace proviso::registers
