#pragma once

#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "shoal/comm/control_channel.hpp"
#include "shoal/comm/point_to_point.hpp"
#include "shoal/runtime/runner.hpp"

#include "runtime/deployment.hpp"
#include "runtime/flight.hpp"

namespace shoal::runtime {

/// Work of a rank from the first frame to the last. compute() goes through the oldest frame's
/// steps; tend(), which never waits, is called between them and sees to all that is not computing.
class Runner::Loop {
 public:
  Loop(const comm::Communicator& world, Lanes lanes, WeightCache& weights, Options options);

  void connect();
  comm::Verdict run(const Ends& ends);

  [[nodiscard]] const std::vector<program::Program>& lanes() const { return plan_->lanes(); }
  [[nodiscard]] const Times& times() const { return plan_->timing().times(); }
  [[nodiscard]] comm::Traffic traffic() const;
  [[nodiscard]] Bytes activation_bytes() const { return plan_->activation_bytes(); }
  [[nodiscard]] std::size_t frames() const { return frames_; }
  [[nodiscard]] std::size_t most_in_flight() const;
  [[nodiscard]] const std::vector<Span>& spans() const { return spans_; }
  [[nodiscard]] Bytes peak_memory() const { return options_.machine->peak_memory(); }
  [[nodiscard]] int stopped_by() const { return stopped_by_; }

 private:
  using Number = std::int64_t;

  [[nodiscard]] bool is_over() const;
  void tend();
  void move_on();
  void attend();
  void handle(const comm::ControlMessage& message);
  void send_to_all(const std::string& message);
  void idle();
  void tell_signal();
  void rest(comm::PointToPoint::PendingReceive* arrival);

  // On the input rank.
  void admit();
  void take_in(Frame frame);
  void pass_on_failed(const Frame& frame);
  void end_input(const std::string& error);
  void observe(const std::string& message);
  void ask_for_plan();

  // A frame's way.
  Flight& start(Number number, Number lane, std::optional<Frame> frame);
  bool compute();
  void compute(Flight& flight);
  void exchange(Flight& flight, const program::Step& step);
  void hand_out();
  void hand_out_failed();
  comm::PointToPoint::PendingReceive* missing_of_answer();
  void finish(Flight& flight);
  void tell_done(const FrameReport& report);

  void load();

  // From one plan to the next.
  [[nodiscard]] bool is_drained() const;
  void change_plan();
  void move_to(const std::string& document);
  void replace(Lanes lanes, std::size_t credits);
  bool together(const std::function<void()>& step);

  /// A frame that could not be read and waits for its turn among the answers.
  struct UnreadFrame {
    Number number = 0;
    std::string label;
    std::string error;
  };

  /// A rank that waits sees to frames that come in, and while it sends them on it does not wait.
  struct Waiting {
    Seconds since = 0;
    std::string name;               ///< of the layer that is waited for
    FrameReport* report = nullptr;  ///< of the frame; null where it is whatever comes
  };
  /// Accounts for the wait so far, if there is one, and forgets it.
  void end_waiting(Seconds now);

  [[nodiscard]] bool is_input() const { return self_ == input_rank_; }
  [[nodiscard]] bool is_output() const { return self_ == output_rank_; }
  [[nodiscard]] comm::PointToPoint::Tag tag(const Flight& flight,
                                            program::TransferId transfer) const;
  void keep_span(Activity activity, const std::string& name, Number frame, Seconds begin,
                 Seconds end);

  const comm::Communicator& world_;
  WeightCache& weights_;
  Rank self_;
  Rank input_rank_;
  Rank output_rank_;
  Options options_;
  std::unique_ptr<Deployment> plan_;
  std::optional<comm::PointToPoint> point_to_point_;
  std::optional<comm::ControlChannel> control_;

  const Ends* ends_ = nullptr;
  std::list<Flight> flights_;       ///< in order of the frames
  std::deque<UnreadFrame> unread_;  ///< on the output rank, in order: frames that could not be read
  std::map<Number, Tensor> observed_;
  Number next_frame_ = 0;
  bool ended_ = false;
  int stopped_by_ = 0;
  bool is_signal_told_ = false;
  comm::Verdict verdict_;  ///< why the run ends early
  std::optional<std::string> next_plan_;

  std::size_t frames_ = 0;
  std::size_t most_in_flight_ = 0;  ///< by earlier plans
  comm::Traffic moved_;             ///< within stages, by earlier plans
  Seconds began_ = 0;
  std::optional<Waiting> waiting_;
  std::vector<Span> spans_;
};

}  // namespace shoal::runtime
