// Command cri-client asks a container runtime one question over CRI: the name
// of a method of RuntimeService, its request as JSON on standard input, its
// answer as JSON on standard output.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

const limit = 60 * time.Second

type call func(ctx context.Context, c cri.RuntimeServiceClient) (proto.Message, error)

func method[Q proto.Message, A proto.Message](request Q, ask func(cri.RuntimeServiceClient) func(context.Context, Q, ...grpc.CallOption) (A, error)) call {
	return func(ctx context.Context, c cri.RuntimeServiceClient) (proto.Message, error) {
		text, err := io.ReadAll(os.Stdin)
		if err != nil {
			return nil, err
		}
		if err := protojson.Unmarshal(text, request); err != nil {
			return nil, err
		}
		return ask(c)(ctx, request)
	}
}

var methods = map[string]call{
	"Version": method(&cri.VersionRequest{}, func(c cri.RuntimeServiceClient) func(context.Context, *cri.VersionRequest, ...grpc.CallOption) (*cri.VersionResponse, error) {
		return c.Version
	}),
	"RunPodSandbox": method(&cri.RunPodSandboxRequest{}, func(c cri.RuntimeServiceClient) func(context.Context, *cri.RunPodSandboxRequest, ...grpc.CallOption) (*cri.RunPodSandboxResponse, error) {
		return c.RunPodSandbox
	}),
	"CreateContainer": method(&cri.CreateContainerRequest{}, func(c cri.RuntimeServiceClient) func(context.Context, *cri.CreateContainerRequest, ...grpc.CallOption) (*cri.CreateContainerResponse, error) {
		return c.CreateContainer
	}),
	"StartContainer": method(&cri.StartContainerRequest{}, func(c cri.RuntimeServiceClient) func(context.Context, *cri.StartContainerRequest, ...grpc.CallOption) (*cri.StartContainerResponse, error) {
		return c.StartContainer
	}),
	"ExecSync": method(&cri.ExecSyncRequest{}, func(c cri.RuntimeServiceClient) func(context.Context, *cri.ExecSyncRequest, ...grpc.CallOption) (*cri.ExecSyncResponse, error) {
		return c.ExecSync
	}),
	"StopPodSandbox": method(&cri.StopPodSandboxRequest{}, func(c cri.RuntimeServiceClient) func(context.Context, *cri.StopPodSandboxRequest, ...grpc.CallOption) (*cri.StopPodSandboxResponse, error) {
		return c.StopPodSandbox
	}),
	"RemovePodSandbox": method(&cri.RemovePodSandboxRequest{}, func(c cri.RuntimeServiceClient) func(context.Context, *cri.RemovePodSandboxRequest, ...grpc.CallOption) (*cri.RemovePodSandboxResponse, error) {
		return c.RemovePodSandbox
	}),
}

func ask(address, name string) error {
	wanted, known := methods[name]
	if !known {
		return fmt.Errorf("unknown method %s", name)
	}
	conn, err := grpc.NewClient("unix://"+address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	answer, err := wanted(ctx, cri.NewRuntimeServiceClient(conn))
	if err != nil {
		return err
	}
	text, err := protojson.Marshal(answer)
	if err != nil {
		return err
	}
	fmt.Println(string(text))
	return nil
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: cri-client SOCKET METHOD < REQUEST.json")
		os.Exit(2)
	}
	if err := ask(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
