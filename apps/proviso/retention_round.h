#pragma once

#include <proviso/base/worker.h>
#include <proviso/playback/exporter.h>

#include "house.h"

namespace proviso::app {

/// Every `retention.every_seconds`: what is over its age or size goes, as asked for by each camera
/// and capped by the law; finished exports go after their days.
class RetentionRound {
public:
    RetentionRound(House& house, playback::Exporter& exporter);

private:
    Result<> once();

    House& house_;
    playback::Exporter& exporter_;
    Worker worker_;
};

}  // namespace proviso::app
