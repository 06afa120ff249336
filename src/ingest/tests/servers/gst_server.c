/* gst-rtsp-server on a free port of 127.0.0.1: a server that is not ours to be read from.
 *   gst_server h264|h265 FILE.mp4 none|basic|digest [CERTIFICATE.pem with its key | aac | pcmu |
 * l16] The user is "admin", the password "camera". Prints "port N". */
#include <gst/rtsp-server/rtsp-server.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char** argv) {
    gst_init(&argc, &argv);
    if (argc < 4) return 2;
    const gboolean h264 = strcmp(argv[1], "h264") == 0;

    GstRTSPServer* server = gst_rtsp_server_new();
    gst_rtsp_server_set_address(server, "127.0.0.1");
    gst_rtsp_server_set_service(server, "0");

    const char* sound = "";
    if (argc > 4 && strcmp(argv[4], "aac") == 0) {
        sound =
            "audiotestsrc is-live=true freq=1000 ! audio/x-raw,rate=16000,channels=1 ! "
            "avenc_aac ! aacparse ! rtpmp4gpay name=pay1 pt=97";
    } else if (argc > 4 && strcmp(argv[4], "pcmu") == 0) {
        sound =
            "audiotestsrc is-live=true freq=1000 ! audio/x-raw,rate=8000,channels=1 ! "
            "mulawenc ! rtppcmupay name=pay1";
    } else if (argc > 4 && strcmp(argv[4], "l16") == 0) {
        sound =
            "audiotestsrc is-live=true freq=1000 ! audio/x-raw,rate=16000,channels=1 ! "
            "audioconvert ! rtpL16pay name=pay1 pt=97";
    }
    const gboolean tls = argc > 4 && strstr(argv[4], ".pem") != NULL;

    GstRTSPMediaFactory* factory = gst_rtsp_media_factory_new();
    gchar* launch = g_strdup_printf(
        "( filesrc location=%s ! qtdemux ! %s ! %s name=pay0 pt=96 config-interval=-1 %s )",
        argv[2],
        h264 ? "h264parse" : "h265parse",
        h264 ? "rtph264pay" : "rtph265pay",
        sound
    );
    gst_rtsp_media_factory_set_launch(factory, launch);

    if (strcmp(argv[3], "none") != 0 || tls) {
        GstRTSPAuth* auth = gst_rtsp_auth_new();
        if (tls) {
            GError* error = NULL;
            GTlsCertificate* certificate = g_tls_certificate_new_from_file(argv[4], &error);
            if (certificate == NULL) {
                fprintf(stderr, "%s\n", error->message);
                return 1;
            }
            gst_rtsp_auth_set_tls_certificate(auth, certificate);
        }
        GstRTSPToken* token =
            gst_rtsp_token_new(GST_RTSP_TOKEN_MEDIA_FACTORY_ROLE, G_TYPE_STRING, "viewer", NULL);
        const gboolean digest = strcmp(argv[3], "digest") == 0;
        if (strcmp(argv[3], "none") == 0) {
            gst_rtsp_auth_set_default_token(auth, token);
        } else if (digest) {
            gst_rtsp_auth_set_supported_methods(auth, GST_RTSP_AUTH_DIGEST);
            gst_rtsp_auth_add_digest(auth, "admin", "camera", token);
        } else {
            gchar* basic = gst_rtsp_auth_make_basic("admin", "camera");
            gst_rtsp_auth_add_basic(auth, basic, token);
        }
        gst_rtsp_server_set_auth(server, auth);
        gst_rtsp_media_factory_add_role(
            factory,
            "viewer",
            GST_RTSP_PERM_MEDIA_FACTORY_ACCESS,
            G_TYPE_BOOLEAN,
            TRUE,
            GST_RTSP_PERM_MEDIA_FACTORY_CONSTRUCT,
            G_TYPE_BOOLEAN,
            TRUE,
            NULL
        );
    }
    GstRTSPMountPoints* mounts = gst_rtsp_server_get_mount_points(server);
    gst_rtsp_mount_points_add_factory(mounts, "/camera", factory);
    if (gst_rtsp_server_attach(server, NULL) == 0) return 1;
    printf("port %d\n", gst_rtsp_server_get_bound_port(server));
    fflush(stdout);
    g_main_loop_run(g_main_loop_new(NULL, FALSE));
    return 0;
}
