#include "media/ffmpeg_library.hpp"

#include "media/shared_library.hpp"

namespace shoal::media {
namespace {

FFmpeg load() {
  FFmpeg all;
  const SharedLibrary avutil("libavutil", LIBAVUTIL_VERSION_MAJOR);
  avutil.find("av_dict_free", all.av_dict_free);
  avutil.find("av_dict_set", all.av_dict_set);
  avutil.find("av_frame_alloc", all.av_frame_alloc);
  avutil.find("av_frame_free", all.av_frame_free);
  avutil.find("av_frame_get_buffer", all.av_frame_get_buffer);
  avutil.find("av_frame_make_writable", all.av_frame_make_writable);
  avutil.find("av_image_copy_plane", all.av_image_copy_plane);
  avutil.find("av_log_set_callback", all.av_log_set_callback);
  avutil.find("av_strerror", all.av_strerror);
  const SharedLibrary avcodec("libavcodec", LIBAVCODEC_VERSION_MAJOR);
  avcodec.find("av_packet_alloc", all.av_packet_alloc);
  avcodec.find("av_packet_free", all.av_packet_free);
  avcodec.find("av_packet_rescale_ts", all.av_packet_rescale_ts);
  avcodec.find("av_packet_unref", all.av_packet_unref);
  avcodec.find("avcodec_alloc_context3", all.avcodec_alloc_context3);
  avcodec.find("avcodec_find_encoder", all.avcodec_find_encoder);
  avcodec.find("avcodec_free_context", all.avcodec_free_context);
  avcodec.find("avcodec_open2", all.avcodec_open2);
  avcodec.find("avcodec_parameters_from_context", all.avcodec_parameters_from_context);
  avcodec.find("avcodec_parameters_to_context", all.avcodec_parameters_to_context);
  avcodec.find("avcodec_receive_frame", all.avcodec_receive_frame);
  avcodec.find("avcodec_receive_packet", all.avcodec_receive_packet);
  avcodec.find("avcodec_send_frame", all.avcodec_send_frame);
  avcodec.find("avcodec_send_packet", all.avcodec_send_packet);
  const SharedLibrary avformat("libavformat", LIBAVFORMAT_VERSION_MAJOR);
  avformat.find("av_find_best_stream", all.av_find_best_stream);
  avformat.find("av_find_input_format", all.av_find_input_format);
  avformat.find("av_guess_format", all.av_guess_format);
  avformat.find("av_interleaved_write_frame", all.av_interleaved_write_frame);
  avformat.find("av_read_frame", all.av_read_frame);
  avformat.find("av_write_trailer", all.av_write_trailer);
  avformat.find("avformat_alloc_context", all.avformat_alloc_context);
  avformat.find("avformat_alloc_output_context2", all.avformat_alloc_output_context2);
  avformat.find("avformat_close_input", all.avformat_close_input);
  avformat.find("avformat_find_stream_info", all.avformat_find_stream_info);
  avformat.find("avformat_free_context", all.avformat_free_context);
  avformat.find("avformat_new_stream", all.avformat_new_stream);
  avformat.find("avformat_open_input", all.avformat_open_input);
  avformat.find("avformat_query_codec", all.avformat_query_codec);
  avformat.find("avformat_write_header", all.avformat_write_header);
  avformat.find("avio_closep", all.avio_closep);
  avformat.find("avio_open", all.avio_open);
  const SharedLibrary swscale("libswscale", LIBSWSCALE_VERSION_MAJOR);
  swscale.find("sws_freeContext", all.sws_freeContext);
  swscale.find("sws_getCoefficients", all.sws_getCoefficients);
  swscale.find("sws_getContext", all.sws_getContext);
  swscale.find("sws_scale", all.sws_scale);
  swscale.find("sws_setColorspaceDetails", all.sws_setColorspaceDetails);
  return all;
}

}  // namespace

const FFmpeg& ffmpeg() {
  static const FFmpeg all = load();
  return all;
}

}  // namespace shoal::media
