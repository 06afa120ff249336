#pragma once

#include <proviso/alerts/alerts.h>
#include <proviso/base/worker.h>
#include <proviso/playback/exporter.h>

#include "house.h"

namespace proviso::app {

/// Every `retention.every_seconds`: what is over its age or size goes, as asked for by each camera
/// and capped by the law, and what the eyes saw goes with it; finished exports go after their days.
class RetentionRound {
public:
    RetentionRound(House& house, playback::Exporter& exporter, alerts::Alerts& alerts);

private:
    Result<> once();

    House& house_;
    playback::Exporter& exporter_;
    alerts::Alerts& alerts_;
    Worker worker_;
};

}  // namespace proviso::app
