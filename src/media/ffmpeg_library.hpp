#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>
#include <libswscale/swscale.h>
}

namespace shoal::media {

/// The functions of FFmpeg that this module calls.
struct FFmpeg {
  // libavutil
  decltype(&::av_dict_free) av_dict_free = nullptr;
  decltype(&::av_dict_set) av_dict_set = nullptr;
  decltype(&::av_frame_alloc) av_frame_alloc = nullptr;
  decltype(&::av_frame_free) av_frame_free = nullptr;
  decltype(&::av_frame_get_buffer) av_frame_get_buffer = nullptr;
  decltype(&::av_frame_make_writable) av_frame_make_writable = nullptr;
  decltype(&::av_image_copy_plane) av_image_copy_plane = nullptr;
  decltype(&::av_log_set_callback) av_log_set_callback = nullptr;
  decltype(&::av_strerror) av_strerror = nullptr;
  // libavcodec
  decltype(&::av_packet_alloc) av_packet_alloc = nullptr;
  decltype(&::av_packet_free) av_packet_free = nullptr;
  decltype(&::av_packet_rescale_ts) av_packet_rescale_ts = nullptr;
  decltype(&::av_packet_unref) av_packet_unref = nullptr;
  decltype(&::avcodec_alloc_context3) avcodec_alloc_context3 = nullptr;
  decltype(&::avcodec_find_encoder) avcodec_find_encoder = nullptr;
  decltype(&::avcodec_free_context) avcodec_free_context = nullptr;
  decltype(&::avcodec_open2) avcodec_open2 = nullptr;
  decltype(&::avcodec_parameters_from_context) avcodec_parameters_from_context = nullptr;
  decltype(&::avcodec_parameters_to_context) avcodec_parameters_to_context = nullptr;
  decltype(&::avcodec_receive_frame) avcodec_receive_frame = nullptr;
  decltype(&::avcodec_receive_packet) avcodec_receive_packet = nullptr;
  decltype(&::avcodec_send_frame) avcodec_send_frame = nullptr;
  decltype(&::avcodec_send_packet) avcodec_send_packet = nullptr;
  // libavformat
  decltype(&::av_find_best_stream) av_find_best_stream = nullptr;
  decltype(&::av_find_input_format) av_find_input_format = nullptr;
  decltype(&::av_guess_format) av_guess_format = nullptr;
  decltype(&::av_interleaved_write_frame) av_interleaved_write_frame = nullptr;
  decltype(&::av_read_frame) av_read_frame = nullptr;
  decltype(&::av_write_trailer) av_write_trailer = nullptr;
  decltype(&::avformat_alloc_context) avformat_alloc_context = nullptr;
  decltype(&::avformat_alloc_output_context2) avformat_alloc_output_context2 = nullptr;
  decltype(&::avformat_close_input) avformat_close_input = nullptr;
  decltype(&::avformat_find_stream_info) avformat_find_stream_info = nullptr;
  decltype(&::avformat_free_context) avformat_free_context = nullptr;
  decltype(&::avformat_new_stream) avformat_new_stream = nullptr;
  decltype(&::avformat_open_input) avformat_open_input = nullptr;
  decltype(&::avformat_query_codec) avformat_query_codec = nullptr;
  decltype(&::avformat_write_header) avformat_write_header = nullptr;
  decltype(&::avio_closep) avio_closep = nullptr;
  decltype(&::avio_open) avio_open = nullptr;
  // libswscale
  decltype(&::sws_freeContext) sws_freeContext = nullptr;
  decltype(&::sws_getCoefficients) sws_getCoefficients = nullptr;
  decltype(&::sws_getContext) sws_getContext = nullptr;
  decltype(&::sws_scale) sws_scale = nullptr;
  decltype(&::sws_setColorspaceDetails) sws_setColorspaceDetails = nullptr;
};

/// FFmpeg, whose libraries are loaded when it is first asked for: they bring 130 others, and most
/// ranks see no picture. An Error where they are missing.
const FFmpeg& ffmpeg();

}  // namespace shoal::media
