#pragma once

namespace proviso::behaviour {

/// `anomaly <dump> <threshold> <learn until frame>`: frame-level AUC of planted anomalies.
int anomaly_planted(int count, char** words);
/// `anomaly-real <threshold> <unusual from frame> <dump of it> <dump of usual>...`
int anomaly_real(int count, char** words);

}  // namespace proviso::behaviour
