#pragma once

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "shoal/comm/courier.hpp"
#include "shoal/comm/exchange.hpp"
#include "shoal/comm/mailbox.hpp"
#include "shoal/runtime/executor.hpp"
#include "shoal/runtime/runner.hpp"

#include "runtime/dispatcher.hpp"
#include "runtime/flight.hpp"

namespace shoal::runtime {

/// What a rank does from the first frame to the last. compute() goes through the oldest frame's
/// steps; tend(), which never waits, is called between them and sees to all that is not computing.
class Runner::Loop {
 public:
  Loop(const comm::Communicator& world, const std::vector<program::Program>& lanes,
       WeightCache& weights, const Options& options);

  void connect();
  comm::Verdict run(const Ends& ends);

  [[nodiscard]] const Timing& timing() const { return timing_; }
  [[nodiscard]] comm::Traffic traffic() const;
  [[nodiscard]] Bytes activation_bytes() const { return memory_.pool.bytes(); }
  [[nodiscard]] std::size_t frames() const { return frames_; }
  [[nodiscard]] std::size_t most_in_flight() const { return dispatcher_.most_in_flight(); }
  [[nodiscard]] const std::vector<Span>& spans() const { return spans_; }

 private:
  using Number = std::int64_t;

  void tend();
  void read_letters();
  void read_letter(const comm::Letter& letter);

  // On the input rank.
  void admit();
  void take_in(Frame frame);
  void end_input(const std::string& error);
  void observe(const std::string& letter);

  Flight& start(Number number, std::size_t lane, std::optional<Frame> frame);
  bool compute();
  void end_idling();
  void compute(Flight& flight);
  void exchange(Flight& flight, const program::Step& step);
  void hand_out();
  void finish(Flight& flight);
  void tell_done(const FrameReport& report);

  [[nodiscard]] bool is_input() const { return self_ == lanes_.front().input_rank; }
  [[nodiscard]] bool is_output() const { return self_ == lanes_.front().output_rank; }
  [[nodiscard]] comm::Courier::Tag tag(const Flight& flight, program::TransferId transfer) const;
  void keep_span(Activity activity, const Flight& flight, const program::Step& step, Seconds begin,
                 Seconds end);

  const comm::Communicator& world_;
  const std::vector<program::Program>& lanes_;
  Rank self_;
  Options options_;
  Memory memory_;
  std::vector<std::unique_ptr<Executor>> executors_;  ///< by lane
  Timing timing_;
  Dispatcher dispatcher_;
  std::optional<comm::Exchange> exchange_;
  std::optional<comm::Courier> courier_;
  std::optional<comm::Mailbox> mailbox_;
  int most_transfers_ = 1;  ///< of any lane

  const Ends* ends_ = nullptr;
  std::list<Flight> flights_;  ///< in order of the frames
  std::map<Number, Tensor> observed_;
  Number next_frame_ = 0;
  bool ended_ = false;
  std::string error_;
  std::size_t frames_ = 0;
  Seconds began_ = 0;
  std::optional<Seconds> idle_since_;
  std::vector<Span> spans_;
};

}  // namespace shoal::runtime
