"""Templates that use every supported type, each property that can change in place hanging on one parameter."""

from __future__ import annotations

NETWORK = """
Parameters: {Step: {Type: String}, Days: {Type: Number}}
Conditions: {Later: !Equals [!Ref Step, two]}
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.9.0.0/16, EnableDnsSupport: true, EnableDnsHostnames: !If [Later, true, false],
      Tags: [{Key: step, Value: !Ref Step}]}
  Gateway: {Type: AWS::EC2::InternetGateway, Properties: {Tags: [{Key: step, Value: !Ref Step}]}}
  Attached: {Type: AWS::EC2::VPCGatewayAttachment, Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway}}
  SubnetA: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.9.0.0/24,
    AvailabilityZone: !Select [0, !GetAZs ''], MapPublicIpOnLaunch: !If [Later, true, false]}}
  SubnetB: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.9.1.0/24,
    AvailabilityZone: !Select [1, !GetAZs '']}}
  Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc, Tags: [{Key: step, Value: !Ref Step}]}}
  Route: {Type: AWS::EC2::Route, DependsOn: Attached,
    Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}}
  Routed: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref SubnetA, RouteTableId: !Ref Table}}
  Address: {Type: AWS::EC2::EIP, DependsOn: Attached, Properties: {Domain: vpc, Tags: [{Key: s, Value: !Ref Step}]}}
  Nat: {Type: AWS::EC2::NatGateway, Properties: {AllocationId: !GetAtt Address.AllocationId, SubnetId: !Ref SubnetA,
    Tags: [{Key: step, Value: !Ref Step}]}}
  Endpoint: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcId: !Ref Vpc, VpcEndpointType: Gateway,
    ServiceName: !Sub 'com.amazonaws.${AWS::Region}.s3', RouteTableIds: !If [Later, [!Ref Table], []]}}
  Front:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: front, VpcId: !Ref Vpc, SecurityGroupIngress: [
      {IpProtocol: tcp, FromPort: !If [Later, 443, 80], ToPort: !If [Later, 443, 80], CidrIp: 0.0.0.0/0}]}
  Back: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: back, VpcId: !Ref Vpc,
    SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}]}}
  BackFromFront: {Type: AWS::EC2::SecurityGroupIngress, Properties: {GroupId: !Ref Back, IpProtocol: tcp,
    FromPort: 8080, ToPort: 8080, SourceSecurityGroupId: !GetAtt Front.GroupId}}
  BackOut: {Type: AWS::EC2::SecurityGroupEgress, Properties: {GroupId: !Ref Back, IpProtocol: tcp,
    FromPort: 5432, ToPort: 5432, CidrIp: 10.9.0.0/16}}
  Balancer: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, DependsOn: Route, Properties: {Scheme: internet-facing,
    Subnets: [!Ref SubnetA, !Ref SubnetB], SecurityGroups: !If [Later, [!Ref Front, !Ref Back], [!Ref Front]],
    LoadBalancerAttributes: [{Key: idle_timeout.timeout_seconds, Value: !Ref Days}],
    Tags: [{Key: step, Value: !Ref Step}]}}
  Targets: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {VpcId: !Ref Vpc, Port: 8080, Protocol: HTTP,
    HealthCheckPath: !Sub '/${Step}', HealthCheckIntervalSeconds: 10, Matcher: {HttpCode: '200'},
    TargetGroupAttributes: [{Key: deregistration_delay.timeout_seconds, Value: !Ref Days}],
    Tags: [{Key: step, Value: !Ref Step}]}}
  Listener: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {LoadBalancerArn: !Ref Balancer, Port: 80,
    Protocol: HTTP, DefaultActions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: '404',
      ContentType: text/plain, MessageBody: !Ref Step}}]}}
  Forward: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {ListenerArn: !Ref Listener,
    Priority: !Ref Days, Conditions: [{Field: path-pattern, PathPatternConfig: {Values: ['/*']}}],
    Actions: [{Type: forward, ForwardConfig: {TargetGroups: [{TargetGroupArn: !Ref Targets, Weight: !Ref Days}]}}]}}
  Template: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {ImageId: ami-12c6146b,
    InstanceType: !If [Later, t3.small, t3.micro], SecurityGroupIds: [!Ref Back],
    MetadataOptions: {HttpTokens: required}}}}
  Group: {Type: AWS::AutoScaling::AutoScalingGroup, Properties: {MinSize: 0, MaxSize: 2,
    DesiredCapacity: !If [Later, 2, 1], VPCZoneIdentifier: [!Ref SubnetA, !Ref SubnetB],
    LaunchTemplate: {LaunchTemplateId: !Ref Template, Version: !GetAtt Template.LatestVersionNumber},
    TargetGroupARNs: !If [Later, [], [!Ref Targets]],
    Tags: [{Key: step, Value: !Ref Step, PropagateAtLaunch: true}]}}
  Scaling: {Type: AWS::AutoScaling::ScalingPolicy, Properties: {AutoScalingGroupName: !Ref Group,
    PolicyType: TargetTrackingScaling, TargetTrackingConfiguration: {TargetValue: !Ref Days,
      PredefinedMetricSpecification: {PredefinedMetricType: ASGAverageCPUUtilization}}}}
  Hook: {Type: AWS::AutoScaling::LifecycleHook, Properties: {AutoScalingGroupName: !Ref Group,
    LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING', HeartbeatTimeout: !If [Later, 60, 30],
    DefaultResult: CONTINUE}}
  Machine: {Type: AWS::EC2::Instance, Properties: {ImageId: ami-12c6146b, SubnetId: !Ref SubnetA,
    InstanceType: !If [Later, t3.small, t3.micro], SecurityGroupIds: [!Ref Back],
    UserData: !Base64 {'Fn::Sub': 'echo ${Step}'}, Tags: [{Key: step, Value: !Ref Step}]}}
Outputs:
  Out: {Value: !Join [' ', [!GetAtt Vpc.CidrBlock, !GetAtt Vpc.DefaultSecurityGroup, !GetAtt Vpc.DefaultNetworkAcl,
    !GetAtt SubnetA.AvailabilityZone, !GetAtt Gateway.InternetGatewayId, !GetAtt Table.RouteTableId,
    !GetAtt Routed.Id, !GetAtt Address.PublicIp, !GetAtt Nat.NatGatewayId, !GetAtt Endpoint.Id, !GetAtt Front.VpcId,
    !GetAtt BackFromFront.Id, !GetAtt Balancer.DNSName, !GetAtt Balancer.LoadBalancerFullName,
    !GetAtt Targets.TargetGroupFullName, !GetAtt Targets.TargetGroupName, !GetAtt Listener.ListenerArn,
    !GetAtt Forward.RuleArn, !GetAtt Template.DefaultVersionNumber, !GetAtt Group.AutoScalingGroupARN,
    !GetAtt Scaling.PolicyName, !GetAtt Machine.PrivateIp, !GetAtt Machine.AvailabilityZone]]}
"""

SERVICES = """
Parameters: {Step: {Type: String}, Days: {Type: Number}}
Conditions: {Later: !Equals [!Ref Step, two]}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.8.0.0/16}}
  SubnetA: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.8.0.0/24, AvailabilityZone: us-east-1a}}
  SubnetB: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.8.1.0/24, AvailabilityZone: us-east-1b}}
  Secret: {Type: AWS::SecretsManager::Secret, Properties: {Description: !Ref Step,
    GenerateSecretString: {SecretStringTemplate: '{"username": "app"}', GenerateStringKey: password,
      ExcludePunctuation: true, PasswordLength: 40}, Tags: [{Key: step, Value: !Ref Step}]}}
  Subnets: {Type: AWS::RDS::DBSubnetGroup, Properties: {DBSubnetGroupDescription: !Ref Step,
    SubnetIds: [!Ref SubnetA, !Ref SubnetB], Tags: [{Key: step, Value: !Ref Step}]}}
  Settings: {Type: AWS::RDS::DBParameterGroup, Properties: {Family: postgres16, Description: settings,
    Parameters: {work_mem: !Ref Days}}}
  Database:
    Type: AWS::RDS::DBInstance
    DeletionPolicy: Snapshot
    UpdateReplacePolicy: Snapshot
    Properties: {Engine: postgres, EngineVersion: '16.3', DBInstanceClass: !If [Later, db.t3.small, db.t3.micro],
      AllocatedStorage: '20', DBName: app, MasterUsername: app, StorageEncrypted: true,
      MultiAZ: !If [Later, true, false],
      MasterUserPassword: !Sub '{{resolve:secretsmanager:${Secret}:SecretString:password}}',
      DBSubnetGroupName: !Ref Subnets, DBParameterGroupName: !Ref Settings, BackupRetentionPeriod: !Ref Days,
      Tags: [{Key: step, Value: !Ref Step}]}
  Attached: {Type: AWS::SecretsManager::SecretTargetAttachment, Properties: {SecretId: !Ref Secret,
    TargetId: !Ref Database, TargetType: 'AWS::RDS::DBInstance'}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Description: !Ref Step
      AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 'sts:AssumeRole',
        Principal: {Service: ec2.amazonaws.com}}]}
      ManagedPolicyArns: !If [Later, [], ['arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore']]
      Policies: [{PolicyName: !Sub 'own-${Step}', PolicyDocument: {Version: '2012-10-17', Statement: [
        {Effect: Allow, Action: 's3:GetObject', Resource: '*'}]}}]
      Tags: [{Key: step, Value: !Ref Step}]
  Profile: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!Ref Role]}}
  Inline: {Type: AWS::IAM::Policy, Properties: {PolicyName: !Sub 'inline-${Step}', Roles: [!Ref Role],
    PolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 'logs:*', Resource: '*'}]}}}
  Managed: {Type: AWS::IAM::ManagedPolicy, Properties: {Roles: [!Ref Role], PolicyDocument: {Version: '2012-10-17',
    Statement: [{Effect: Allow, Action: !If [Later, 'sns:*', 'sqs:*'], Resource: '*'}]}}}
  Provider: {Type: AWS::IAM::OIDCProvider, Properties: {Url: 'https://token.example.com',
    ClientIdList: [sts.amazonaws.com],
    ThumbprintList: [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa], Tags: [{Key: step, Value: !Ref Step}]}}
  Logs: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: !Ref Days, Tags: [{Key: step, Value: !Ref Step}]}}
  Filter: {Type: AWS::Logs::MetricFilter, Properties: {LogGroupName: !Ref Logs, FilterPattern: !Ref Step,
    MetricTransformations: [{MetricName: errors, MetricNamespace: app, MetricValue: '1'}]}}
  Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref Step, Tags: [{Key: step, Value: !Ref Step}]}}
  Subscribed: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref Topic, Protocol: email,
    Endpoint: ops@example.com}}
  TopicRules: {Type: AWS::SNS::TopicPolicy, Properties: {Topics: [!Ref Topic], PolicyDocument: {Version: '2012-10-17',
    Statement: [{Sid: !Ref Step, Effect: Allow, Principal: {Service: cloudwatch.amazonaws.com},
      Action: 'sns:Publish', Resource: !Ref Topic}]}}}
  Alarm: {Type: AWS::CloudWatch::Alarm, Properties: {Namespace: app, MetricName: errors, Statistic: Sum, Period: 60,
    EvaluationPeriods: 1, Threshold: !Ref Days, ComparisonOperator: GreaterThanThreshold, AlarmActions: [!Ref Topic],
    Tags: [{Key: step, Value: !Ref Step}]}}
  Board: {Type: AWS::CloudWatch::Dashboard, Properties: {DashboardBody: !Sub '{"widgets": [{"type": "text", "x": 0,
    "y": 0, "width": 1, "height": 1, "properties": {"markdown": "${Step}"}}]}'}}
  Parameter: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref Step, Tags: {step: !Ref Step}}}
  Bucket: {Type: AWS::S3::Bucket, Properties: {VersioningConfiguration: {Status: !If [Later, Suspended, Enabled]},
    BucketEncryption: {ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: AES256}}]},
    PublicAccessBlockConfiguration: {BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true,
      RestrictPublicBuckets: true}, OwnershipControls: {Rules: [{ObjectOwnership: BucketOwnerEnforced}]},
    LifecycleConfiguration: {Rules: [{Id: old, Status: Enabled, ExpirationInDays: !Ref Days,
      AbortIncompleteMultipartUpload: {DaysAfterInitiation: 1}}]}, Tags: [{Key: step, Value: !Ref Step}]}}
  BucketRules: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: !Ref Bucket, PolicyDocument: {Version: '2012-10-17',
    Statement: [{Sid: !Ref Step, Effect: Deny, Principal: '*', Action: 's3:*', Resource: !GetAtt Bucket.Arn,
      Condition: {Bool: {'aws:SecureTransport': 'false'}}}]}}}
  Traces: {Type: AWS::XRay::Group, Properties: {GroupName: traces, FilterExpression: !Ref Step}}
Outputs:
  Out: {Value: !Join [' ', [!GetAtt Secret.Id, !GetAtt Subnets.DBSubnetGroupArn, !GetAtt Settings.DBParameterGroupArn,
    !GetAtt Database.Endpoint.Address, !GetAtt Database.Endpoint.Port, !GetAtt Database.DBInstanceArn,
    !GetAtt Attached.Id, !GetAtt Role.Arn, !GetAtt Role.RoleId, !GetAtt Profile.Arn, !GetAtt Inline.Id,
    !GetAtt Managed.PolicyArn, !GetAtt Provider.Arn, !GetAtt Logs.Arn, !GetAtt Topic.TopicName,
    !GetAtt Subscribed.Arn, !GetAtt TopicRules.Id, !GetAtt Alarm.Arn, !GetAtt Parameter.Value, !GetAtt Bucket.Arn,
    !GetAtt Bucket.DomainName, !GetAtt Traces.GroupARN]]}
"""
